// SPDX-License-Identifier: MIT
/* What an instruction meets when softcpu executes it: LOCK, an end that cannot be fetched, an
 * operand that cannot be reached. */
#include "decode.h"
#include "walk.h"

/* QEMU has read as far as it needed to see that the instruction exits; and its TLB may still hold
 * pages that the tables no longer have. */
bool fetched(struct cpu *cpu, const struct instruction *in, unsigned length)
{
	struct fault fault = {.vector = GP};
	uint8_t byte;

	if (length <= in->fetched ||
	    (in->fetched < INSTRUCTION_MAX && read_code(cpu, in->fetched, &byte, 1, &fault)))
		return true;
	raise_fault(cpu, &fault);
	return false;
}

/* off the canonical range, an operand in the stack's segment is #SS */
void raise_operand_fault(struct cpu *cpu, struct fault *fault, bool stack)
{
	if (fault->vector == GP && stack)
		fault->vector = SS;
	raise_fault(cpu, fault);
}

bool decode_unlocked(struct cpu *cpu, struct instruction *in)
{
	decode(cpu, in);
	if (in->lock)
		raise_exception(cpu, UD, 0, 0);
	return !in->lock;
}
