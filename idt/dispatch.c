/* SPDX-License-Identifier: MIT */
/* IDT's C entry: complete the frame, then one handler by its type. */
#include "kernel/event.h"
#include "trace/fredtrace.h"
#include "idt.h"

void idt_dispatch(struct trap_frame *frame)
{
	switch (frame_type(frame)) {
	case EVENT_INTERRUPT: handle_interrupt(frame); break;
	case EVENT_EXCEPTION: handle_exception(frame); break;
	case EVENT_NMI: handle_nmi(frame); break;
	case EVENT_INT_N: handle_int_n(frame); break;
	case EVENT_INT3: handle_soft_exception(frame); break;
	default: handle_unknown_type(frame);
	}
}

/* What entry.S did for this frame, for the trace. */
static unsigned work_of(const struct trap_frame *frame)
{
	unsigned vector = frame_vector(frame), work = FT_WORK_FRAME;

	if (frame_from_user(frame))
		work |= FT_WORK_SWAPGS;
	if (vector == VECTOR_PF || vector == VECTOR_DB)
		work |= FT_WORK_CAUSE;
	return work;
}

/* From ring 3, or from a place in ring 0 where no entry or exit code is under way. */
static void run(struct trap_frame *frame, bool moved)
{
	unsigned work = work_of(frame) | (moved ? FT_WORK_STACK : 0);

	idt_fill_frame(frame);
	work |= idt_ask_apic(frame);
	idt_fill_cause(frame);
	event_enter(frame, work);
	idt_dispatch(frame);
	event_leave(frame, idt_leaving(frame, work & FT_WORK_SWAPGS));
}

void idt_event(struct trap_frame *frame)
{
	run(frame, false);
}

/* #DB, #DF, #MC from ring 3, moved to the task's stack: nothing of ring 0 was interrupted. */
void idt_event_paranoid_user(struct trap_frame *frame)
{
	run(frame, true);
}

/*
 * #DB, #DF, #MC from ring 0: any instruction may have been interrupted, entry and exit code of
 * others included. So what they rely on is kept: their frames (the ISTs), CR2 and DR6 that they
 * have not read yet, the frame that an NMI is leaving by, and the blocking of NMIs where an NMI
 * still has its frame on the IST.
 */
bool idt_event_paranoid(struct trap_frame *frame)
{
	unsigned work = work_of(frame) | FT_WORK_PARANOID | FT_WORK_IST_SHIFT | FT_WORK_CAUSE;
	struct cpu *cpu = this_cpu();
	bool met_leave = idt_nmi_leaves(frame->rip);
	struct idt_shift shift;
	struct idt_cause cause;

	if (met_leave)
		cpu->nmi_running = 1;
	idt_shift(cpu, frame, &shift);
	idt_fill_frame(frame);
	work |= idt_ask_apic(frame);
	idt_fill_cause(frame);
	idt_keep_cause(&cause);
	event_enter(frame, work);
	idt_dispatch(frame);
	idt_restore_cause(&cause);
	if (met_leave)
		frame_set_rip(frame, (uint64_t)idt_nmi_restart);
	if (shift.over_nmi)
		work |= FT_WORK_NO_IRET;
	event_leave(frame, work & (FT_WORK_PARANOID | FT_WORK_IST_SHIFT | FT_WORK_NO_IRET));
	idt_unshift(cpu, &shift);
	return shift.over_nmi;
}
