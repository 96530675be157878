/* SPDX-License-Identifier: MIT */
/* The guest's memory, as its own page tables show it. */
#ifndef SOFTCPU_GUEST_MEMORY_H
#define SOFTCPU_GUEST_MEMORY_H
#pragma GCC visibility push(hidden)

#include "cpu.h"
#include "layout.h"

/* the bits of a #PF error code */
enum access {
	ACCESS_READ = 0,
	ACCESS_PRESENT = 1 << 0,
	ACCESS_WRITE = 1 << 1,
	ACCESS_USER = 1 << 2,
	ACCESS_RESERVED = 1 << 3,
	ACCESS_FETCH = 1 << 4,
};

/* what a guest access met, to be raised or to be delivered nested */
struct fault {
	uint8_t vector;
	uint16_t error;
	uint64_t address;
};

bool guest_translate(struct cpu *cpu, uint64_t address, unsigned access, uint64_t *physical,
		     struct fault *fault);
bool guest_read(struct cpu *cpu, uint64_t address, void *to, unsigned size, unsigned access,
		struct fault *fault);
void *physical_nobody(uint64_t physical);
void set_pte_checks(struct cpu *cpu);

static inline void *physical_memory(uint64_t physical)
{
	if (__builtin_expect(physical < DIRECT_MAP_SIZE, 1))
		return (void *)(DIRECT_MAP + physical);
	return physical_nobody(physical);
}

/* decode.c: one instruction at the guest's CS:RIP */
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

void decode(struct cpu *cpu, struct instruction *in);
/* the same for what LOCK makes #UD, of which QEMU 7.2 takes no notice -> false: it was raised */
bool decode_unlocked(struct cpu *cpu, struct instruction *in);
/* does it go on with these bytes? -> length of the whole instruction, or 0 */
unsigned opcode_is(const struct instruction *in, const char *bytes, unsigned count);
/* Could `length` bytes of it be fetched? Else the #PF or #GP that the fetch meets is raised. */
bool fetched(struct cpu *cpu, const struct instruction *in, unsigned length);
/* address of the memory operand whose ModRM byte is at `modrm`; length of ModRM, SIB and
 * displacement in *length (64-bit mode) */
uint64_t memory_operand(struct cpu *cpu, const struct instruction *in, unsigned modrm,
			unsigned *length, bool *stack);

/* segment.c */
#define SELECTOR_LDT 4
bool read_descriptor(struct cpu *cpu, uint16_t selector, struct vmcb_segment *segment,
		     struct fault *fault);
bool load_user_code(struct cpu *cpu, uint16_t selector, struct vmcb_segment *segment,
		    struct fault *fault);
bool load_user_stack(struct cpu *cpu, uint16_t selector, struct vmcb_segment *segment,
		     struct fault *fault);
bool mark_accessed(struct cpu *cpu, uint16_t selector, struct fault *fault);
void lkgs(struct cpu *cpu, const struct instruction *in, unsigned modrm);
void drop_privileged_segments(struct cpu *cpu);

#pragma GCC visibility pop
#endif
