// SPDX-License-Identifier: MIT
/* Reference 1: what CPUID says, and CR4.FRED. */
#include "suite.h"

CODE(set_cr4, "mov %rax, %cr4");
CODE(set_cr0, "mov %rax, %cr0");
CODE(far_return, "lretq");
CODE(arrived, "int3");
CODE32(set_cr4_32, "mov %eax, %cr4; ljmp $0x10, $arrived");
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

static void long_mode_bits(uint64_t unused)
{
	static const uint64_t bits[] = {CR4_PAE, CR4_LA57};
	uint64_t cr4 = read_cr4();

	(void)unused;
	for (unsigned i = 0; i < 2; i++) {
		struct start s = start_in(0, set_cr4);

		test_case("bit", bits[i]);
		s.regs.rax = cr4 ^ bits[i];
		EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
		check_equal("CR4", read_cr4(), cr4);
	}
}

/* CR4.PCIDE is set with PCID 0 alone */
static void pcide(uint64_t unused)
{
	struct start s = start_in(0, set_cr4);

	(void)unused;
	write_cr3(read_cr3() | 8);
	s.regs.rax = read_cr4() | CR4_PCIDE;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
	write_cr3(read_cr3() & ~8ull);
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

static void cr0_reserved(uint64_t unused)
{
	uint64_t cr0 = read_cr0(), bad[34] = {cr0 | 1 << 29, cr0 & ~1ull};

	(void)unused;
	for (unsigned bit = 32; bit < 64; bit++)
		bad[bit - 30] = cr0 | 1ull << bit;
	for (unsigned i = 0; i < 34; i++) {
		struct start s = start_in(0, set_cr0);

		test_case("CR0", bad[i]);
		s.regs.rax = bad[i];
		EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
		check_equal("CR0", read_cr0(), cr0);
	}
}

/* what may change does: WP, AM, NE, TS, MP, EM, CD with NW */
static void cr0_values(uint64_t unused)
{
	static const uint32_t bits[] = {1 << 16, 1 << 18, 1 << 5,  1 << 3,
					1 << 1,	 1 << 2,  1 << 30, 3u << 29};
	uint64_t cr0 = read_cr0();

	(void)unused;
	for (unsigned i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		struct start s = start_in(0, set_cr0);

		test_case("bits", bits[i]);
		s.regs.rax = cr0 ^ bits[i];
		EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = (uint64_t)set_cr0_end);
		check_equal("CR0", read_cr0(), cr0 ^ bits[i]);
		write_cr0(cr0);
	}
}

/* MOV to CR4 in compatibility mode has 32 bits: CR4.FRED is not among them */
static void cr4_32bit(uint64_t unused)
{
	struct start s = start_in(0, far_return);
	uint64_t cr4;

	(void)unused;
	fred_off();
	cr4 = read_cr4();
	s.regs.rax = cr4 | CR4_FRED;
	s.frame.rsp = (uint64_t)pops.word;
	pops.word[0] = (uint64_t)set_cr4_32;
	pops.word[1] = SEL_KERNEL_CS32;
	run(&s);
	check_equal("vector", events[0].where, BP);
	check_equal("RIP", events[0].frame.rip, (uint64_t)arrived_end);
	check_equal("CR4", read_cr4(), cr4);
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
	{"cr4-long-mode", RULE_CR4_LONG_MODE, long_mode_bits},
	{"cr4-pcide", RULE_CR4_LONG_MODE, pcide},
	{"cr4-32bit", RULE_CR4_TOGGLE, cr4_32bit},
	{"cr0-pg", RULE_CR0_PG, paging_off},
	{"cr0-reserved", RULE_CR0_RESERVED, cr0_reserved},
	{"cr0-values", RULE_CR0_RESERVED, cr0_values},
};
GROUP(enumeration, "enumeration", tests);
