/* SPDX-License-Identifier: MIT */
/* Which vectors have a stack of their own, an IST, and where the ISTs begin. */
#include "idt.h"

unsigned idt_ist_of(unsigned vector)
{
	switch (vector) {
	case VECTOR_DB: return FT_STACK_EVENT1;
	case VECTOR_NMI: return FT_STACK_EVENT2;
	case VECTOR_DF: return FT_STACK_EVENT3;
	case VECTOR_MC: return FT_STACK_EVENT4;
	default: return 0;
	}
}

void idt_load_ists(struct cpu *cpu)
{
	for (unsigned n = 1; n <= FT_STACK_EVENT4; n++)
		cpu->tss.ist[n - 1] = event_stack_top(cpu->id, n);
}
