/* SPDX-License-Identifier: MIT */
/* The first frame of a ring-3 task: it returns from an event that never was. */
#include "first_frame.h"
#include "cpu.h"
#include "library.h"
#include "options.h"

void first_frame(struct trap_frame *frame, uint64_t rip, uint64_t rsp, uint64_t argument)
{
	memset(frame, 0, sizeof(*frame));
	frame->where = (uint64_t)&frame->error;
	frame->rdi = argument;
	frame->rip = rip;
	frame->cs = SEL_USER_CODE;
	frame->rflags = RFLAGS_FIXED | RFLAGS_IF;
	frame->rsp = rsp;
	frame->ss = SEL_USER_DATA | FRAME_SS_LONG | 1ull << FRAME_SS_VECTOR_SHIFT |
		    (uint64_t)EVENT_OTHER << FRAME_SS_TYPE_SHIFT;
	/* As a return from SYSCALL would find it: a set TF steps at once, NMIs may come
	 * (reference 7) */
	if (options.without != WITHOUT_NEW_BITS)
		frame->ss |= FRAME_SS_SOFT | FRAME_SS_NMI;
}
