/* SPDX-License-Identifier: MIT */
/* SYSCALL under the IDT: the rest of its frame, and the way back. */
#include "kernel/event.h"
#include "idt.h"

/* SYSRET takes RIP and RFLAGS from registers and all else from STAR (SDM 2, SYSRET). */
static bool sysret_can_restore(const struct trap_frame *frame)
{
	return frame->rip < USER_END && (uint16_t)frame->cs == SEL_USER_CODE &&
	       (uint16_t)frame->ss == SEL_USER_DATA && !(frame->rflags & (RFLAGS_RF | RFLAGS_TF));
}

bool idt_syscall_event(struct trap_frame *frame)
{
	unsigned work = FT_WORK_FRAME | FT_WORK_SWAPGS | FT_WORK_STACK;

	frame->ss |= 1ull << FRAME_SS_VECTOR_SHIFT | (uint64_t)EVENT_OTHER << FRAME_SS_TYPE_SHIFT |
		     2ull << FRAME_SS_LENGTH_SHIFT | FRAME_SS_SOFT | FRAME_SS_LONG;
	event_enter(frame, work);
	handle_syscall(frame);
	event_leave(frame, FT_WORK_SWAPGS);
	return sysret_can_restore(frame);
}

#define SYSCALL_LENGTH 2

/* As FRED's CPU has it: #UD, before the instruction. */
void idt_syscall32_event(struct trap_frame *frame)
{
	frame->rip = (uint32_t)(frame->rip - SYSCALL_LENGTH);
	frame->rflags |= RFLAGS_RF;
	frame->ss |= (uint64_t)VECTOR_UD << FRAME_SS_VECTOR_SHIFT | (uint64_t)EVENT_EXCEPTION
									    << FRAME_SS_TYPE_SHIFT;
	event_enter(frame, FT_WORK_FRAME | FT_WORK_SWAPGS | FT_WORK_STACK);
	handle_exception(frame);
	event_leave(frame, FT_WORK_SWAPGS);
}
