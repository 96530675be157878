/* SPDX-License-Identifier: MIT */
/*
 * An NMI from ring 3 whose frame is changed so that ring 3 cannot be entered with it. The return
 * faults in ring 0. IDT: with ring 3's GS, and NMIs unblocked. FRED: GS is right, but NMIs are
 * still blocked: only that frame would have unblocked them, so the fix-up carries its bit over
 * (fred/returns.c).
 */
#include "hazard.h"
#include <stddef.h>
#include "kernel/event.h"
#include "kernel/panic.h"
#include "kernel/percpu.h"
#include "kernel/task.h"
#include "kernel/workloads/calls.h"
#include "kernel/workloads/programs.h"
#include "late_nmi.h"

#define NO_SEGMENT 0x7bu /* beyond the GDT's end */
#define TASKS_HERE 2
#define CALLS	   100000u /* of both, then they give up */

static const struct task *spinning[TASKS_HERE];
static unsigned calls[TASKS_HERE];
static bool armed, no_way, spoiled;

/* Also the debugger's and the signal handler's way to a bad frame. */
static bool spoil(struct trap_frame *frame)
{
	if (!frame_from_user(frame))
		return false;
	frame_set_ss(frame, (frame->ss & ~0xffffull) | NO_SEGMENT);
	spoiled = true;
	return true;
}

/*
 * Ring 3 asks whether it has run long enough. The NMI is sent when both have asked: a task that
 * had not begun would come to ring 3 by a frame that unblocks NMIs. And the one that is left goes
 * on until it has asked once more.
 */
static long enough(unsigned long a, unsigned long b)
{
	(void)a, (void)b;
	for (unsigned i = 0; i < TASKS_HERE; i++)
		calls[i] += this_cpu()->current == spinning[i];
	if (calls[0] && calls[1] && !armed) {
		armed = true;
		no_way = !late_nmi(spoil);
	}
	return spoiled || no_way || calls[0] + calls[1] > CALLS;
}

static bool eretu(void)
{
	uint64_t before;

	armed = no_way = spoiled = false;
	workload_half = enough;
	step(1, "an NMI from ring 3, whose frame cannot be returned with");
	for (unsigned i = 0; i < TASKS_HERE; i++) {
		calls[i] = 0;
		spinning[i] = task_new_user("spin", NULL, 0, PROGRAM_SPIN);
		if (!spinning[i])
			panic("no task slot is free for eretu");
	}
	for (unsigned i = 0; i < TASKS_HERE; i++)
		task_wait(spinning[i]->id);
	late_nmi_end();
	if (no_way)
		hazard_skip("NMI: there is no I/O APIC to send a late NMI");
	step(2, "another NMI: is it let in?");
	before = this_cpu()->nmis;
	price_nmi();
	return this_cpu()->nmis > before;
}

const struct workload eretu_hazard = {"eretu", "a frame that ring 3 cannot be entered with", eretu,
				      false};
