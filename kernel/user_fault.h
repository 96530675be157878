/* SPDX-License-Identifier: MIT */
/* Faults of ring 3 that nothing cures: caught by the program itself, or its end. */
#ifndef USER_FAULT_H
#define USER_FAULT_H

#include "frame.h"

/* Resume at the task's catch_rip, or say what it was and end the task. */
void task_fault(struct trap_frame *frame);

/* Called by entry code that went back to ring 3 by a frame which the CPU refused. */
void task_bad_return(void) __attribute__((noreturn));

#endif
