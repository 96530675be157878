// SPDX-License-Identifier: MIT
/* The end of an instruction that softcpu executed in the machine's place. */
#include "cpu.h"

/* QEMU does not count an instruction that exits before it ran; the guest's clock must. */
void count_instruction(struct cpu *cpu)
{
	if (cpu->uncounted)
		cpu->vmcb->tsc_offset += cpu->tick;
}

/* An emulated instruction is done. */
void retire(struct cpu *cpu, unsigned length)
{
	struct vmcb *v = cpu->vmcb;

	v->rip += length;
	if (!in_64bit_mode(cpu))
		v->rip = (uint32_t)v->rip;
	v->int_state = 0;
	end_sti_blocking(cpu);
	if (v->rflags & FLAG_TF)
		cpu->owes_debug |= DR6_BS;
	v->rflags &= ~FLAG_RF;
	count_instruction(cpu);
}
