/* SPDX-License-Identifier: MIT */
/*
 * Where an event from ring 3 begins is told to the CPU at each task switch, in TSS.RSP0 or in
 * IA32_FRED_RSP0. Forgotten once, the event overwrites what another task will go on from. Neither
 * delivery can know better; without=rsp0 leaves it out once.
 */
#include "hazard.h"
#include "kernel/delivery.h"
#include "kernel/harm/harm.h"
#include "kernel/library.h"
#include "kernel/options.h"
#include "kernel/panic.h"
#include "kernel/percpu.h"
#include "kernel/task.h"
#include "kernel/trace/trace.h"
#include "kernel/workloads/programs.h"

#define WAITING_BYTES 1024 /* where a task that has not begun waits */

static uint8_t kept[WAITING_BYTES];
static struct task *waiting;

/* What it waits with has changed: said, and put back. */
static void check(void)
{
	void *at = (void *)(waiting->stack_top - WAITING_BYTES);

	if (memcmp(kept, at, WAITING_BYTES) == 0)
		return;
	harm_note(FT_HARM_CLOBBERED, (uint64_t)at, waiting->id);
	memcpy(at, kept, WAITING_BYTES);
}

/* From ring 3, as if the last switch had told the CPU of another task's stack; 0: right again. */
static long forget(unsigned long wrong, unsigned long unused)
{
	struct cpu *cpu = this_cpu();

	(void)unused;
	if (options.without == WITHOUT_RSP0) {
		cpu->stack_top = wrong ? waiting->stack_top : cpu->current->stack_top;
		delivery->load_stack(cpu->stack_top);
	}
	return 0;
}

static bool rsp0(void)
{
	waiting = task_new_user("waits", NULL, 0, PROGRAM_BULK | 1 << 8);
	if (!waiting)
		panic("no task slot is free for rsp0");
	waiting->state = TASK_WAITING;
	memcpy(kept, (const void *)(waiting->stack_top - WAITING_BYTES), WAITING_BYTES);
	workload_half = forget;
	step(1, "two tasks in turn, and events from ring 3");
	run_user("rsp0", PROGRAM_RSP0 | (unsigned long)waiting->id << 8);
	check();
	step(2, "the task that waited meanwhile");
	waiting->state = TASK_READY;
	return task_wait(waiting->id) == 0;
}

const struct workload rsp0_hazard = {"rsp0", "events from ring 3 on another task's stack", rsp0,
				     false};
