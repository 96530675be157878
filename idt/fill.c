/* SPDX-License-Identifier: MIT */
/* The words that FRED's CPU pushes above SS's selector, made out of a vector number. */
#include "kernel/apic.h"
#include "idt.h"

/*
 * The type is guessed from the vector: an external interrupt with vector 18 will be
 * taken for #MC, INT $2 for an NMI. Nothing better can be had here (reference 6.6);
 * idt_ask_apic() below is what it costs to know more of two of them.
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
 * system calls and machine checks. Besides, 16 to 31 are masked (idt.c). An INT $2 in ring 0 cannot
 * be told from an NMI; in ring 3 the gate's DPL refuses it.
 */
unsigned idt_ask_apic(struct trap_frame *frame)
{
	unsigned vector = frame_vector(frame);

	if (vector != VECTOR_SYSCALL && vector != VECTOR_MC)
		return 0;
	if (apic_in_service(vector))
		frame->ss &= ~(0xfull << FRAME_SS_TYPE_SHIFT | 0xfull << FRAME_SS_LENGTH_SHIFT |
			       FRAME_SS_SOFT); /* EVENT_INTERRUPT */
	return FT_WORK_ISR;
}
