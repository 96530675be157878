/* SPDX-License-Identifier: MIT */
/*
 * An NMI from ring 3 whose frame is changed so that ring 3 cannot be entered with it. The return
 * faults in ring 0. IDT: with ring 3's GS, and NMIs unblocked. FRED: GS is right, but NMIs are
 * still blocked: only that frame would have unblocked them, so the fix-up carries its bit over
 * (fred/returns.c).
 */
#include "hazard.h"
#include "kernel/event.h"
#include "kernel/panic.h"
#include "kernel/percpu.h"
#include "kernel/task.h"
#include "kernel/workloads/calls.h"
#include "kernel/workloads/programs.h"
#include "late_nmi.h"

#define NO_SEGMENT 0x7bu /* beyond the GDT's end */
#define LATER	   300	 /* microseconds */
#define TRIES	   64

static unsigned tries;
static volatile unsigned
	begun; /* how many of the two tasks are past their first return to ring 3 */

static long has_begun(unsigned long a, unsigned long b)
{
	(void)a, (void)b;
	begun++;
	return 0;
}

/* Also the debugger's and the signal handler's way to a bad frame. */
static void spoil(struct trap_frame *frame)
{
	if (frame_from_user(frame)) {
		frame_set_ss(frame, (frame->ss & ~0xffffull) | NO_SEGMENT);
	} else if (tries++ < TRIES) {
		nmi_hook = spoil;
		late_nmi(LATER);
	}
}

static bool eretu(void)
{
	/*
	 * Whichever the NMI meets, the other goes on. It must have begun: a task's first return to
	 * ring 3 lets NMIs in, and would hide what this is about.
	 */
	const struct task *one = task_new_user("spin", NULL, 0, PROGRAM_SPIN);
	const struct task *other = task_new_user("spin", NULL, 0, PROGRAM_SPIN);
	uint64_t before;

	if (!one || !other)
		panic("no task slot is free for eretu");
	step(1, "an NMI from ring 3, whose frame cannot be returned with");
	begun = 0;
	workload_half = has_begun;
	while (begun < 2)
		task_sleep(1);
	tries = 0;
	nmi_hook = spoil;
	if (!late_nmi(LATER)) {
		hazard_skip("NMI: there is no I/O APIC to send a late NMI");
		return true;
	}
	task_wait(one->id);
	task_wait(other->id);
	nmi_hook = NULL;
	step(2, "another NMI: is it let in?");
	before = this_cpu()->nmis;
	price_nmi();
	return this_cpu()->nmis > before;
}

const struct workload eretu_hazard = {"eretu", "a frame that ring 3 cannot be entered with", eretu,
				      false};
