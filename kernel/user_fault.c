/* SPDX-License-Identifier: MIT */
/* Faults of ring 3 that nothing cures: caught by the program itself, or its end. */
#include "user_fault.h"
#include "console.h"
#include "event.h"
#include "refused.h"
#include "task.h"

void task_fault(struct trap_frame *frame)
{
	struct task *task = this_cpu()->current;

	if (task->catch_rip) {
		task->caught++;
		task->caught_at = (struct user_context){frame->rip, frame->rflags, frame->rsp};
		frame->rax = frame_vector(frame);
		frame_set_rip(frame, task->catch_rip);
		task->catch_rip = 0;
		return;
	}
	printk("task %u (%s): %s at %lx, error %lx", task->id, task->name, event_name(frame),
	       frame->rip, frame->error);
	if (frame_type(frame) == EVENT_EXCEPTION && frame_vector(frame) == VECTOR_PF)
		printk(", address %lx", frame->data);
	printk("; the task ends\n");
	task_exit(EXIT_KILLED + frame_vector(frame));
}

void task_bad_return(void)
{
	struct task *task = this_cpu()->current;

	printk("task %u (%s): ring 3 cannot be entered with this frame; the task ends\n", task->id,
	       task->name);
	refused_print();
	task_exit(EXIT_KILLED + VECTOR_GP);
}
