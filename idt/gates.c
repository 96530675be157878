/* SPDX-License-Identifier: MIT */
/* One gate for each vector: which stub, which stack, and whether ring 3 may name it by INT n. */
#include "kernel/options.h"
#include "idt.h"

#define GATE_INTERRUPT 0x8e
#define GATE_DPL3      0x60
#define EXCEPTIONS     32

/*
 * Ring 3 may name only these vectors with INT n; all others are #GP by their DPL. A first kernel
 * opens all exceptions, since INT3 needs it: then INT $2 runs the NMI handler.
 */
static unsigned dpl_of(unsigned vector)
{
	bool open = vector == VECTOR_BP || vector == VECTOR_OF || vector == VECTOR_SYSCALL;

	if (options.idt == IDT_NAIVE)
		open |= vector < EXCEPTIONS;
	return open ? GATE_DPL3 : 0;
}

static const uint8_t *stub_of(unsigned vector)
{
	if (options.idt == IDT_NAIVE)
		return idt_naive_stubs + vector * STUB_SIZE;
	switch (vector) {
	case VECTOR_DB: return idt_stub_debug;
	case VECTOR_NMI: return idt_stub_nmi;
	case VECTOR_DF: return idt_stub_double_fault;
	case VECTOR_MC: return idt_stub_machine_check;
	default: return idt_stubs + vector * STUB_SIZE;
	}
}

struct gate idt_gate(unsigned vector)
{
	uint64_t address = (uint64_t)stub_of(vector);

	return (struct gate){
		.offset_low = (uint16_t)address,
		.offset_middle = (uint16_t)(address >> 16),
		.offset_high = (uint32_t)(address >> 32),
		.selector = SEL_KERNEL_CODE,
		.ist = (uint8_t)idt_ist_of(vector),
		.type = (uint8_t)(GATE_INTERRUPT | dpl_of(vector)),
	};
}
