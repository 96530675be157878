/* SPDX-License-Identifier: MIT */
/* IDT's C entry: make FRED's words out of a vector number, then the same handlers. */
#include "kernel/apic.h"
#include "kernel/cpu.h"
#include "kernel/event.h"
#include "trace/fredtrace.h"
#include "idt.h"

/* DR6 to FRED's event data: some of its bits say "no" when set (reference 3). */
#define DR6_CONDITIONS (0xfull | 1ull << 11 | 1ull << 13 | 1ull << 14 | 1ull << 16)

/*
 * The type is guessed from the vector: an external interrupt with vector 18 will be
 * taken for #MC, INT $2 for an NMI. Nothing better can be had here (reference 6.6);
 * ask_apic() below is what it costs to know more of two of them.
 */
static unsigned guess_type(unsigned vector)
{
	switch (vector) {
	case VECTOR_NMI: return EVENT_NMI;
	case VECTOR_BP:
	case VECTOR_OF: return EVENT_INT3;
	case VECTOR_SYSCALL: return EVENT_INT_N;
	default: return vector < 32 ? EVENT_EXCEPTION : EVENT_INTERRUPT;
	}
}

void idt_fill_frame(struct trap_frame *frame)
{
	static const uint8_t length[8] = {[EVENT_INT3] = 1, [EVENT_INT_N] = 2};
	unsigned type = guess_type(frame_vector(frame));

	frame->ss |= (uint64_t)type << FRAME_SS_TYPE_SHIFT | (uint64_t)length[type]
								     << FRAME_SS_LENGTH_SHIFT;
	if (type == EVENT_NMI)
		frame->ss |= FRAME_SS_NMI;
	if (type == EVENT_INT_N)
		frame->ss |= FRAME_SS_SOFT;
	if (frame->cs != SEL_USER_CODE32)
		frame->ss |= FRAME_SS_LONG;
}

/*
 * Vectors that a device could have, too: the APIC tells its interrupts, which want an EOI, from
 * system calls and machine checks. 16 to 31 are masked besides (idt.c). Of INT $2 in ring 0 nobody
 * can tell that it is no NMI; in ring 3 the gate's DPL refuses it.
 */
static unsigned ask_apic(struct trap_frame *frame)
{
	unsigned vector = frame_vector(frame);

	if (vector != VECTOR_SYSCALL && vector != VECTOR_MC)
		return 0;
	if (apic_in_service(vector))
		frame->ss &= ~(0xfull << FRAME_SS_TYPE_SHIFT | 0xfull << FRAME_SS_LENGTH_SHIFT |
			       FRAME_SS_SOFT); /* EVENT_INTERRUPT */
	return FT_WORK_ISR;
}

/* CR2 and DR6 hold the cause until the next one comes: read them first (reference 6.1). */
void idt_fill_cause(struct trap_frame *frame)
{
	if (frame_type(frame) != EVENT_EXCEPTION)
		return;
	if (frame_vector(frame) == VECTOR_PF) {
		frame->data = read_cr2();
	} else if (frame_vector(frame) == VECTOR_DB) {
		frame->data = (read_dr6() ^ DR6_CLEAR) & DR6_CONDITIONS;
		write_dr6(DR6_CLEAR);
	}
}

void idt_dispatch(struct trap_frame *frame)
{
	switch (frame_type(frame)) {
	case EVENT_INTERRUPT: handle_interrupt(frame); break;
	case EVENT_EXCEPTION: handle_exception(frame); break;
	case EVENT_NMI: handle_nmi(frame); break;
	case EVENT_INT_N: handle_int_n(frame); break;
	default: handle_soft_exception(frame); break;
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

void idt_event(struct trap_frame *frame)
{
	unsigned work = work_of(frame);

	idt_fill_frame(frame);
	work |= ask_apic(frame);
	idt_fill_cause(frame);
	event_enter(frame, work);
	idt_dispatch(frame);
	event_leave(frame, idt_leaving(frame, work & FT_WORK_SWAPGS));
}

/* #DB, #DF, #MC from ring 3, moved to the task's stack: nothing of ring 0 was interrupted. */
void idt_event_paranoid_user(struct trap_frame *frame)
{
	unsigned work = work_of(frame) | FT_WORK_STACK;

	idt_fill_frame(frame);
	work |= ask_apic(frame);
	idt_fill_cause(frame);
	event_enter(frame, work);
	idt_dispatch(frame);
	event_leave(frame, idt_leaving(frame, work & FT_WORK_SWAPGS));
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
	work |= ask_apic(frame);
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
