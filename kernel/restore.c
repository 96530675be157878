/* SPDX-License-Identifier: MIT */
/* A system call that does not return but goes on elsewhere: what its frame must say then. */
#include "restore.h"
#include "cpu.h"
#include "options.h"

#define RFLAGS_USER (0x8d5u | RFLAGS_TF | RFLAGS_DF) /* the arithmetic ones, and these */

/*
 * The frame is a system call's, but it returns to code that made none. A frame that says "SYSCALL"
 * and has TF set steps at once, before that code's first instruction, and again each time
 * (reference 4): so it must not say so, unless the system call itself was being stepped.
 */
void restore_frame(struct trap_frame *frame, const struct user_context *to)
{
	if (!(frame->rflags & RFLAGS_TF) && options.without != WITHOUT_STEP_BIT)
		frame_set_ss(frame, frame->ss & ~FRAME_SS_SOFT);
	frame_set_rip(frame, to->rip);
	frame_set_rsp(frame, to->rsp);
	frame_set_rflags(frame,
			 (frame->rflags & ~(uint64_t)RFLAGS_USER) | (to->rflags & RFLAGS_USER));
}
