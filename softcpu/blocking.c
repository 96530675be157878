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
 * as soon as the guest could take one, which is then.
 */
void begin_sti_blocking(struct cpu *cpu)
{
	cpu->vmcb->int_state = 1;
	cpu->erets_sti = cpu->vmcb->rip;
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

/* Do `length` bytes before RIP make a MOV to SS from memory that holds what is in SS now? */
static bool moved_ss(struct cpu *cpu, unsigned length)
{
	uint64_t behind = cpu->vmcb->rip, address;
	unsigned modrm, operand;
	struct instruction in;
	struct fault fault;
	uint16_t selector;
	bool found, stack;

	cpu->vmcb->rip = behind - length;
	decode(cpu, &in);
	modrm = opcode_is(&in, "\x8e", 1);
	found = modrm && modrm < in.fetched && (in.bytes[modrm] >> 3 & 7) == 2 &&
		in.bytes[modrm] >> 6 != 3;
	if (found) {
		address = memory_operand(cpu, &in, modrm, &operand, &stack);
		found = modrm + operand == length &&
			guest_read(cpu, address, &selector, sizeof(selector), ACCESS_READ,
				   &fault) &&
			selector == cpu->vmcb->ss.selector;
	}
	cpu->vmcb->rip = behind;
	return found;
}

/*
 * Was it STI (FB), or an ERETS to behind one? The blocking never outlives the next instruction, so
 * what lies before RIP tells; but a MOV SS can end in FB too, as -5(%rax) does.
 */
bool blocked_by_sti(struct cpu *cpu)
{
	const struct vmcb *v = cpu->vmcb;
	struct fault fault;
	uint8_t byte;

	if (!(v->int_state & 1) || !(v->rflags & FLAG_IF))
		return false;
	if (cpu->erets_sti && v->rip == cpu->erets_sti)
		return true;
	if (!guest_read(cpu, v->rip - 1, &byte, 1, ACCESS_READ, &fault) || byte != 0xfb)
		return false;
	for (unsigned length = 3; in_64bit_mode(cpu) && length <= INSTRUCTION_MAX; length++)
		if (moved_ss(cpu, length))
			return false;
	return true;
}
