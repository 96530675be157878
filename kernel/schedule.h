/* SPDX-License-Identifier: MIT */
/* The scheduler: one ready queue, round robin. */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include "task.h"

extern struct task tasks[TASKS];

/* Let another ready task run; returns when it is our turn again. Interrupts off or on. */
void schedule(void);

/* Leave the boot context for good: run `task`. */
void task_start_first(struct task *task) __attribute__((noreturn));

#endif
