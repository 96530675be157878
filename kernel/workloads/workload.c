/* SPDX-License-Identifier: MIT */
/* What every workload does. */
#include "workload.h"
#include "kernel/panic.h"
#include "kernel/task.h"
#include "kernel/trace/drain.h"
#include "kernel/trace/record.h"

void step(unsigned number, const char *text)
{
	if (trace_wants_drain())
		trace_drain();
	trace_mark(number, text);
}

unsigned long run_user(const char *name, unsigned long argument)
{
	struct task *task = task_new_user(name, NULL, 0, argument);
	uint64_t code;

	if (!task)
		panic("no task slot is free for %s", name);
	code = task_wait(task->id);
	task->state = TASK_FREE; /* nobody else waits for it */
	return code;
}
