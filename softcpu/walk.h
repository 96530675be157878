/* SPDX-License-Identifier: MIT */
/* The guest's memory, as its own page tables show it. May use cpu.h and layout.h. */
#ifndef SOFTCPU_WALK_H
#define SOFTCPU_WALK_H
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
void *physical_outside(uint64_t physical);
void set_pte_checks(struct cpu *cpu);

static inline void *physical_memory(uint64_t physical)
{
	if (__builtin_expect(physical < DIRECT_MAP_SIZE, 1))
		return (void *)(DIRECT_MAP + physical);
	return physical_outside(physical);
}

#pragma GCC visibility pop
#endif
