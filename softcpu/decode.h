/* SPDX-License-Identifier: MIT */
/* One instruction at the guest's CS:RIP: prefixes, opcode, memory operand. May use cpu.h. */
#ifndef SOFTCPU_DECODE_H
#define SOFTCPU_DECODE_H
#pragma GCC visibility push(hidden)

#include "cpu.h"

#define INSTRUCTION_MAX 15
struct instruction {
	uint8_t bytes[INSTRUCTION_MAX + 9]; /* zeros behind, as long as an operand may be */
	uint8_t fetched;		    /* how many of them could be read */
	uint8_t opcode;			    /* index of the first byte that is no prefix */
	uint8_t rex;
	uint8_t segment; /* override prefix or 0 */
	bool operand_size, address_size, lock;
	uint8_t repeat; /* F2, F3 or 0: the last one counts */
};

struct fault; /* walk.h */

/* decode.c */
void decode(struct cpu *cpu, struct instruction *in);
bool read_code(struct cpu *cpu, unsigned offset, uint8_t *to, unsigned size, struct fault *fault);
/* does it go on with these bytes? -> length of the whole instruction, or 0 */
unsigned opcode_is(const struct instruction *in, const char *bytes, unsigned count);
/* address of the memory operand whose ModRM byte is at `modrm`; length of ModRM, SIB and
 * displacement in *length (64-bit mode) */
uint64_t memory_operand(struct cpu *cpu, const struct instruction *in, unsigned modrm,
			unsigned *length, bool *stack);

/* admit.c */
/* decode(), for what LOCK makes #UD, of which QEMU 7.2 takes no notice -> false: it was raised */
bool decode_unlocked(struct cpu *cpu, struct instruction *in);
/* Could `length` bytes of it be fetched? Else the #PF or #GP that the fetch meets is raised. */
bool fetched(struct cpu *cpu, const struct instruction *in, unsigned length);
/* the fault of its memory operand; `stack` as memory_operand() told */
void raise_operand_fault(struct cpu *cpu, struct fault *fault, bool stack);

#pragma GCC visibility pop
#endif
