// SPDX-License-Identifier: MIT
/* The debug registers as tests set them (SDM 3, 17.2). */
#include "suite.h"

#define DR7_LOCAL(n)	  (1ull << (2 * (n)))
#define DR7_READ_WRITE(n) (3ull << (16 + 4 * (n)))
#define DR7_LENGTH(n)	  (18 + 4 * (n))
#define DR7_FIXED	  0x400ull

/* The others go away: a breakpoint that is not enabled may show in DR6 all the same. */
void set_breakpoint(unsigned n, uint64_t address)
{
	write_dr0(0);
	write_dr1(0);
	write_dr2(0);
	write_dr3(0);
	switch (n) {
	case 0: write_dr0(address); break;
	case 1: write_dr1(address); break;
	case 2: write_dr2(address); break;
	case 3: write_dr3(address); break;
	}
}

void watch_data(unsigned n, uint64_t address, unsigned bytes)
{
	uint64_t length = bytes == 8 ? 2 : bytes - 1;

	set_breakpoint(n, address);
	write_dr6(DR6_CLEAR);
	write_dr7(DR7_FIXED | DR7_LOCAL(n) | DR7_READ_WRITE(n) | length << DR7_LENGTH(n));
}

void unwatch_data(void)
{
	write_dr7(DR7_FIXED);
}
