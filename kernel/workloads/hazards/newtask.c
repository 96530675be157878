/* SPDX-License-Identifier: MIT */
/*
 * A new task's first frame was pushed by nobody: what the CPU would have put into it the kernel
 * must. With the bits of a SYSCALL's frame TF steps before the first instruction, and NMIs are let
 * in by this return; without them the step comes late and NMIs stay blocked (FRED). IRET has no
 * such bits.
 */
#include "hazard.h"
#include "kernel/apic.h"
#include "kernel/cpu.h"
#include "kernel/delivery.h"
#include "kernel/event.h"
#include "kernel/harm/harm.h"
#include "kernel/panic.h"
#include "kernel/task.h"
#include "kernel/trace/trace.h"
#include "kernel/workloads/programs.h"
#include "late_nmi.h"

#define STEPS 3
#define CALLS 100000u /* of ring 3, then it gives up */

static uint64_t entry; /* the new task's first instruction */
static unsigned calls;
static bool started; /* the one that starts in an NMI */

/* IRET executes one instruction first. */
static void first_step(struct trap_frame *frame)
{
	if (delivery == &fred_delivery && frame->rip != entry)
		harm_note(FT_HARM_STEP, frame->where, frame->rip);
}

static struct task *stepped_task(void)
{
	struct task *task = task_new_user("new", NULL, 0, PROGRAM_NULL);
	struct trap_frame *frame;

	if (!task)
		panic("no task slot is free for newtask");
	frame = (struct trap_frame *)task->stack_top - 1;
	entry = frame->rip;
	frame->rflags |= RFLAGS_TF;
	task->step_limit = STEPS;
	return task;
}

/*
 * In the handler of an NMI from ring 3: NMIs are blocked, and another waits, as the task starts.
 * What was interrupted may not go on before it: that return would let the waiting NMI in.
 */
static bool start_inside(struct trap_frame *frame)
{
	const struct task *inside;

	if (!frame_from_user(frame))
		return false;
	inside = task_new_user("inside", NULL, 0, PROGRAM_SPIN);
	if (!inside)
		panic("no task slot is free for newtask");
	started = true;
	if (delivery->run_flags & FT_RUN_NAIVE)
		hazard_skip("NMI at the start: naive's handler sleeps on IST 2");
	else
		apic_send_nmi();
	task_wait(inside->id);
	return true;
}

/* Ring 3 asks whether it has run long enough. */
static long enough(unsigned long a, unsigned long b)
{
	(void)a, (void)b;
	return started || ++calls > CALLS;
}

static bool newtask(void)
{
	struct task *task = stepped_task();

	step(1, "a new task with TF set");
	debug_hook = first_step;
	task_wait(task->id);
	debug_hook = NULL;
	step(2, "a new task that starts while NMIs are blocked");
	calls = 0;
	started = false;
	workload_half = enough;
	if (!late_nmi(start_inside)) {
		hazard_skip("NMI: there is no I/O APIC to send a late NMI");
		return true;
	}
	run_user("spin", PROGRAM_SPIN);
	late_nmi_end();
	return true;
}

const struct workload newtask_hazard = {"newtask", "a step and an NMI as a new task starts",
					newtask, false};
