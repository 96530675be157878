// SPDX-License-Identifier: MIT
/* fred-reference.md section 1: what every FRED MSR takes and what it refuses. */
#include "guest.h"

static bool refuses(uint32_t msr, uint64_t value)
{
	uint64_t before = rdmsr(msr);

	ATTEMPT("wrmsr", : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
	return events == 1 && VECTOR(seen[0]) == 13 && !seen[0].frame.error && rdmsr(msr) == before;
}

static bool takes(uint32_t msr, uint64_t value)
{
	wrmsr(msr, value);
	return rdmsr(msr) == value;
}

#define NOT_CANONICAL 0x8000000000001000ull
#define WIDE	      0x0012345678901000ull /* canonical with 57 bits only */
#define HIGH	      0xffff800000000000ull

void test_msrs(void)
{
	bool ok = true, bits = true, canonical = true;

	group("FRED MSRs");
	for (int i = 0; i < 4; i++) {
		ok &= takes(FRED_RSP(i), HIGH | 0x1000 * (i + 1));
		for (int bit = 0; bit < 6; bit++)
			bits &= refuses(FRED_RSP(i), 1ull << bit);
		canonical &= refuses(FRED_RSP(i), NOT_CANONICAL);
	}
	check(ok, "1: RSP0 to RSP3 keep what is written");
	if ((cpuid(0x80000008, 0).eax >> 8 & 0xff) == 57)
		check(takes(FRED_RSP(1), WIDE), "1: RSPn: 57 bits where CPUID has them");
	else
		check(refuses(FRED_RSP(1), WIDE), "1: RSPn: 48 bits where CPUID has no more");
	wrmsr(FRED_RSP(1), HIGH | 0x2000);
	check(bits, "1: RSPn: #GP if one of bits 5:0 is set");
	check(canonical, "1: RSPn: #GP if not canonical");
	check(takes(FRED_LEVELS, 0x123456789abcdef0), "1: STKLVLS takes anything");
	ok = bits = true;
	for (int i = 1; i < 4; i++) {
		ok &= takes(FRED_SSP(i), HIGH | 8 * i);
		for (int bit = 0; bit < 3; bit++)
			bits &= refuses(FRED_SSP(i), 1ull << bit);
		bits &= refuses(FRED_SSP(i), NOT_CANONICAL);
	}
	check(ok && bits, "1: SSP1 to SSP3: #GP if not canonical or bits 2:0 set");
	check(refuses(FRED_CONFIG, 1 << 2) && refuses(FRED_CONFIG, 1 << 4) &&
		      refuses(FRED_CONFIG, 1 << 5) && refuses(FRED_CONFIG, 1 << 11),
	      "1: CONFIG: #GP for bits 2, 4, 5, 11");
	check(refuses(FRED_CONFIG, NOT_CANONICAL), "1: CONFIG: #GP if not canonical");
	check(takes(FRED_CONFIG, HIGH | 0x57cb), "1: CONFIG takes all its other bits");
	wrmsr(FRED_CONFIG, 0);
}
