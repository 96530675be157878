// SPDX-License-Identifier: MIT
/*
 * Why the guest takes no interrupt for one instruction. SVM has one bit for it, the frame asks for
 * STI alone (SS bit 16), and MOV SS sets that bit too.
 */
#include "decode.h"
#include "walk.h"

#define V_IRQ	       (1u << 8)
#define V_IGNORE_TPR   (1u << 20)
#define V_PRIORITY_TOP (15u << 16)

/*
 * An ERETS to behind an STI: it blocks at RIP, once. The guest may come back to the same address
 * behind a MOV SS, so the note must go when the instruction is done: a virtual interrupt exits
 * as soon as the guest could take one, which is then. Not with SOFTCPU_NATIVE: a replay would not
 * see that exit.
 */
void begin_sti_blocking(struct cpu *cpu)
{
	cpu->vmcb->int_state = 1;
	cpu->erets_sti = cpu->vmcb->rip;
	if (cpu->native)
		return;
	cpu->vmcb->int_control |= V_IRQ | V_IGNORE_TPR | V_PRIORITY_TOP;
	cpu->vmcb->instructions |= INTERCEPT_VINTR;
}

void end_sti_blocking(struct cpu *cpu)
{
	if (!cpu->erets_sti)
		return;
	cpu->erets_sti = 0;
	cpu->vmcb->int_control &= ~(V_IRQ | V_IGNORE_TPR | V_PRIORITY_TOP);
	cpu->vmcb->instructions &= ~INTERCEPT_VINTR;
}

/* MOV to SS, or LSS, behind which QEMU takes no interrupt either: where ModRM is, and how far
 * behind the operand's address the selector lies. -> 0: another instruction */
static unsigned loads_ss(const struct instruction *in, unsigned *offset)
{
	unsigned modrm = opcode_is(in, "\x8e", 1);

	*offset = 0;
	if (modrm)
		return modrm < in->fetched && (in->bytes[modrm] >> 3 & 7) == 2 ? modrm : 0;
	modrm = opcode_is(in, "\x0f\xb2", 2);
	*offset = in->rex & 8 ? 8 : in->operand_size ? 2 : 4;
	return modrm < in->fetched ? modrm : 0;
}

/* Do `length` bytes before RIP load SS with what is in SS now? */
static bool moved_ss(struct cpu *cpu, unsigned length)
{
	uint64_t behind = cpu->vmcb->rip, address;
	unsigned modrm, offset, operand = 1;
	uint16_t selector = 0;
	struct instruction in;
	struct fault fault;
	bool stack, found;

	cpu->vmcb->rip = behind - length;
	decode(cpu, &in);
	modrm = loads_ss(&in, &offset);
	found = modrm != 0;
	if (found && in.bytes[modrm] >> 6 == 3) {
		selector = cpu->reg[(in.bytes[modrm] & 7) | (in.rex & 1) << 3];
	} else if (found) {
		address = memory_operand(cpu, &in, modrm, &operand, &stack) + offset;
		found = guest_read(cpu, address, &selector, sizeof(selector), ACCESS_READ, &fault);
	}
	cpu->vmcb->rip = behind;
	return found && modrm + operand == length && selector == cpu->vmcb->ss.selector;
}

static bool behind_load_of_ss(struct cpu *cpu)
{
	for (unsigned length = 2; length <= INSTRUCTION_MAX; length++)
		if (moved_ss(cpu, length))
			return true;
	return false;
}

/*
 * Was it STI (FB), or an ERETS to behind one? The blocking never outlives the next instruction, so
 * what lies before RIP tells; but a MOV SS can end in FB too, as -5(%rax) does. It is ring 0's
 * alone, which is 64-bit: FRED leaves ring 3 no IOPL to execute STI with.
 */
bool blocked_by_sti(struct cpu *cpu)
{
	const struct vmcb *v = cpu->vmcb;
	struct fault fault;
	uint8_t byte;

	if (!(v->int_state & 1) || !(v->rflags & FLAG_IF) || v->cpl)
		return false;
	if (cpu->erets_sti && v->rip == cpu->erets_sti)
		return !cpu->native || !behind_load_of_ss(cpu);
	return guest_read(cpu, v->rip - 1, &byte, 1, ACCESS_READ, &fault) && byte == 0xfb &&
	       !behind_load_of_ss(cpu);
}
