// SPDX-License-Identifier: MIT
/*
 * The instructions that this machine does not know, or that softcpu makes it refuse:
 * they arrive as #UD. What is none of them is the guest's own #UD.
 */
#include "segment.h"

/* ERETS, ERETU: #UD unless CR4.FRED = 1 and CPL = 0 (section 4) */
static bool event_return(struct cpu *cpu, const struct instruction *in)
{
	if (!in->repeat || !cpu->fred || cpu->vmcb->cpl)
		return false;
	if (in->repeat == 0xf2)
		erets(cpu);
	else
		eretu(cpu);
	return true;
}

/* WRMSRNS: WRMSR that need not wait for what came before */
static bool wrmsrns(struct cpu *cpu, const struct instruction *in)
{
	if (in->repeat || in->operand_size)
		return false;
	write_msr(cpu, in->opcode + 3);
	return true;
}

/* LKGS is F2 0F 00 /6, and #UD outside ring 0 (SDM vol. 2, LKGS) */
static bool load_kernel_gs(struct cpu *cpu, const struct instruction *in, uint8_t modrm)
{
	if (in->repeat != 0xf2 || (modrm >> 3 & 7) != 6 || cpu->vmcb->cpl)
		return false;
	lkgs(cpu, in, in->opcode + 2);
	return true;
}

/* SYSCALL, SYSENTER and INT1 as FRED has them (section 2, types 5 and 7) */
static bool fred_event(struct cpu *cpu, enum event_type type, uint8_t vector, unsigned length)
{
	if (!cpu->fred)
		return false;
	deliver(cpu, &(struct event){.type = type, .vector = vector, .length = length});
	return true;
}

static bool two_byte(struct cpu *cpu, const struct instruction *in)
{
	bool long_mode = in_64bit_mode(cpu);
	unsigned at = in->opcode + 1; /* the second byte */

	uint8_t third = at + 1 < in->fetched ? in->bytes[at + 1] : 0;

	if (at >= in->fetched)
		return false;
	switch (in->bytes[at]) {
	case 0x00: return long_mode && load_kernel_gs(cpu, in, third);
	case 0x01:
		if (third == 0xca)
			return long_mode && event_return(cpu, in);
		return third == 0xc6 && wrmsrns(cpu, in);
	case 0x05: return long_mode && fred_event(cpu, EVENT_OTHER, 1, at + 1);
	case 0x34: return fred_event(cpu, EVENT_OTHER, 2, at + 1);
	}
	return false;
}

void exit_undefined(struct cpu *cpu)
{
	struct instruction in;
	uint8_t first;

	decode(cpu, &in);
	first = in.opcode < in.fetched ? in.bytes[in.opcode] : 0;
	if (!in.lock) {
		if (first == 0x0f && two_byte(cpu, &in))
			return;
		if (first == 0xf1 && fred_event(cpu, EVENT_INT1, DB, in.opcode + 1))
			return;
	}
	raise_exception(cpu, UD, 0, 0);
}
