/* SPDX-License-Identifier: MIT */
/* SYS_RESTORE's half that knows the frame; syscall.c has looked at the arguments. */
#ifndef RESTORE_H
#define RESTORE_H

#include "frame.h"
#include "syscall.h"

/* Make a system call's frame return to `to`, in whatever task it is, with all of its RFLAGS that
 * are ring 3's to choose. */
void restore_frame(struct trap_frame *frame, const struct user_context *to);

#endif
