// SPDX-License-Identifier: MIT
/* Data breakpoints on memory that softcpu reads in the guest's place (SDM vol. 3, 17.2.4). */
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

/* The instruction that read there is done: the #DB of a breakpoint on it is due. */
void watch_read(struct cpu *cpu, uint64_t address, unsigned size)
{
	static const uint8_t lengths[4] = {1, 2, 8, 4};
	uint64_t dr7 = cpu->vmcb->dr7;

	for (unsigned n = 0; n < 4; n++) {
		unsigned length = lengths[dr7 >> (18 + 4 * n) & 3];
		uint64_t begin;

		if (!(dr7 >> (2 * n) & 3) || (dr7 >> (16 + 4 * n) & 3) != 3) /* reads and writes */
			continue;
		begin = breakpoint(n) & ~(length - 1ull);
		if (begin < address + size && address < begin + length)
			cpu->owes_debug |= 1ull << n;
	}
}
