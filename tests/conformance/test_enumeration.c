// SPDX-License-Identifier: MIT
/* Reference 1: what CPUID says, and CR4.FRED. */
#include "suite.h"

CODE(set_cr4, "mov %rax, %cr4");
CODE(set_cr0, "mov %rax, %cr0");
CODE(toggle_fred, "mov %rax, %cr4; mov %rcx, %cr4");

static void fred_enumerated(uint64_t unused)
{
	(void)unused;
	check(cpuid(0, 0).eax >= 7, "CPUID has leaf 7");
	check(cpuid(7, 0).eax >= 1, "CPUID leaf 7 has subleaf 1");
	check(cpu_has(CPUID_FRED), "CPUID.7.1:EAX[17]");
}

static void lkgs_enumerated(uint64_t unused)
{
	(void)unused;
	check(cpu_has(CPUID_LKGS), "CPUID.7.1:EAX[18]");
}

static void toggle_at_level(uint64_t csl)
{
	struct start s = start_in(0, toggle_fred);
	const struct event *e;

	s.regs.rax = read_cr4() & ~CR4_FRED;
	s.regs.rcx = read_cr4();
	s.frame.cs |= csl << CS_LEVEL;
	e = run(&s);
	EXPECT(e, &s, .type = EXCEPTION, .vector = UD, .rip = (uint64_t)toggle_fred_end);
}

static void reads_back(uint64_t unused)
{
	(void)unused;
	check(read_cr4() & CR4_FRED, "CR4.FRED reads as set");
	fred_off();
	check(!(read_cr4() & CR4_FRED), "CR4.FRED reads as cleared");
	fred_on();
	check(read_cr4() & CR4_FRED, "CR4.FRED reads as set again");
}

static void reserved_bits(uint64_t unused)
{
	uint64_t cr4 = read_cr4();

	(void)unused;
	for (unsigned bit = 33; bit < 64; bit++) {
		struct start s = start_in(0, set_cr4);

		test_case("bit", bit);
		s.regs.rax = cr4 | 1ull << bit;
		EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
		check_equal("CR4", read_cr4(), cr4);
	}
}

static void paging_off(uint64_t unused)
{
	struct start s = start_in(0, set_cr0);
	uint64_t cr0 = read_cr0();

	(void)unused;
	s.regs.rax = cr0 & ~(1ull << 31);
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
	check_equal("CR0", read_cr0(), cr0);
}

static const char *not_on_softcpu(void)
{
	return on_softcpu() ? "QEMU's TCG clears CR0.PG there and is lost, and no intercept sees it"
			    : NULL;
}

static const struct test tests[] = {
	{"fred", RULE_ENUM_FRED, fred_enumerated},
	{"lkgs", RULE_ENUM_LKGS, lkgs_enumerated},
	{"cr4-reads-back", RULE_CR4_TOGGLE, reads_back},
	{"cr4-toggle-csl0", RULE_CR4_TOGGLE, toggle_at_level, 0},
	{"cr4-toggle-csl1", RULE_CR4_TOGGLE, toggle_at_level, 1},
	{"cr4-toggle-csl2", RULE_CR4_TOGGLE, toggle_at_level, 2},
	{"cr4-toggle-csl3", RULE_CR4_TOGGLE, toggle_at_level, 3},
	{"cr4-reserved", RULE_CR4_RESERVED, reserved_bits},
	{"cr0-pg", RULE_CR0_PG, paging_off, 0, not_on_softcpu},
};
GROUP(enumeration, "enumeration", tests);
