// SPDX-License-Identifier: MIT
/* Data breakpoints on memory that softcpu reads and writes in the guest's place (SDM vol.
 * 3, 17.2.4). */
#include "cpu.h"

/* The guest's DR0 to DR3 stay in the silicon. */
static uint64_t breakpoint(unsigned n)
{
	switch (n) {
	case 0: return read_dr0();
	case 1: return read_dr1();
	case 2: return read_dr2();
	default: return read_dr3();
	}
}

#define ON_WRITES 1 /* DR7's R/W fields */
#define ON_BOTH	  3

/* The instruction that was there is done: the #DB of a breakpoint on it is due. */
static void watch(struct cpu *cpu, uint64_t address, unsigned size, bool write)
{
	static const uint8_t lengths[4] = {1, 2, 8, 4};
	uint64_t dr7 = cpu->vmcb->dr7;

	for (unsigned n = 0; n < 4; n++) {
		unsigned length = lengths[dr7 >> (18 + 4 * n) & 3], on = dr7 >> (16 + 4 * n) & 3;
		uint64_t begin;

		if (!(dr7 >> (2 * n) & 3) || !(on == ON_BOTH || (write && on == ON_WRITES)))
			continue;
		begin = breakpoint(n) & ~(length - 1ull);
		if (begin < address + size && address < begin + length)
			cpu->owes_debug |= 1ull << n;
	}
}

void watch_read(struct cpu *cpu, uint64_t address, unsigned size)
{
	watch(cpu, address, size, false);
}

void watch_write(struct cpu *cpu, uint64_t address, unsigned size)
{
	watch(cpu, address, size, true);
}
