// SPDX-License-Identifier: MIT
/*
 * The instructions that this machine does not know, or that softcpu makes it refuse:
 * they arrive as #UD. What is none of them is the guest's own #UD.
 */
#include "guest_memory.h"

static void software_event(struct cpu *cpu, enum event_type type, uint8_t vector, unsigned length)
{
	deliver(cpu, &(struct event){ .type = type, .vector = vector, .length = length });
}

/* ERETS, ERETU: #UD unless CR4.FRED = 1 and CPL = 0 (section 4) */
static bool event_return(struct cpu *cpu, const struct instruction *in)
{
	if (!in->repeat || !cpu->fred || cpu->vmcb->cpl || !opcode_is(in, "\x0f\x01\xca", 3))
		return false;
	if (in->repeat == 0xf2)
		erets(cpu);
	else
		eretu(cpu);
	return true;
}

/* LKGS is F2 0F 00 /6 in 64-bit mode, and #GP outside ring 0 */
static bool load_kernel_gs(struct cpu *cpu, const struct instruction *in)
{
	unsigned modrm = opcode_is(in, "\x0f\x00", 2);

	if (in->repeat != 0xf2 || !modrm || modrm >= in->fetched ||
	    (in->bytes[modrm] >> 3 & 7) != 6)
		return false;
	if (cpu->vmcb->cpl)
		raise_exception(cpu, GP, 0, 0);
	else
		lkgs(cpu, in, modrm);
	return true;
}

/* SYSCALL, SYSENTER and INT1 as FRED has them (section 2, types 5 and 7) */
static bool system_call(struct cpu *cpu, const struct instruction *in)
{
	unsigned length;

	if (!cpu->fred)
		return false;
	if (in_64bit_mode(cpu) && (length = opcode_is(in, "\x0f\x05", 2)))
		software_event(cpu, EVENT_OTHER, 1, length);
	else if ((length = opcode_is(in, "\x0f\x34", 2)))
		software_event(cpu, EVENT_OTHER, 2, length);
	else if ((length = opcode_is(in, "\xf1", 1)))
		software_event(cpu, EVENT_INT1, DB, length);
	else
		return false;
	return true;
}

/* WRMSRNS: WRMSR that need not wait for what came before */
static bool wrmsrns(struct cpu *cpu, const struct instruction *in)
{
	unsigned length = opcode_is(in, "\x0f\x01\xc6", 3);

	if (!length || in->repeat || in->operand_size || !in_64bit_mode(cpu))
		return false;
	write_msr(cpu, length);
	return true;
}

void exit_undefined(struct cpu *cpu)
{
	struct instruction in;

	decode(cpu, &in);
	if (!in.lock) {
		if (in_64bit_mode(cpu) &&
		    (event_return(cpu, &in) || load_kernel_gs(cpu, &in) || wrmsrns(cpu, &in)))
			return;
		if (system_call(cpu, &in))
			return;
	}
	raise_exception(cpu, UD, 0, 0);
}
