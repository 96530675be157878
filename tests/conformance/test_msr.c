// SPDX-License-Identifier: MIT
/* Reference 1: the MSRs, bit by bit. What is refused is #GP(0) and leaves the old value. */
#include "suite.h"

CODE(do_wrmsr, "wrmsr");
CODE(do_rdmsr, "rdmsr");
CODE(do_wrmsrns, ".byte 0x0f, 0x01, 0xc6");
CODE32(do_wrmsrns_32, ".byte 0x0f, 0x01, 0xc6");

static bool non_serializing; /* use WRMSRNS */

static struct start write_start(uint32_t msr, uint64_t value)
{
	struct start s = start_in(0, non_serializing ? do_wrmsrns : do_wrmsr);

	s.regs.rcx = msr;
	s.regs.rax = (uint32_t)value;
	s.regs.rdx = value >> 32;
	return s;
}

static void refused(uint32_t msr, uint64_t value)
{
	struct start s = write_start(msr, value);
	uint64_t old = rdmsr(msr);

	test_case("value", value);
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
	check_equal("MSR", rdmsr(msr), old);
}

/* No event may come while these MSRs hold anything: so written from here, not by run(). */
static void accepted(uint32_t msr, uint64_t value)
{
	uint64_t old = rdmsr(msr), got;

	test_case("value", value);
	if (non_serializing)
		__asm__ volatile(".byte 0x0f, 0x01, 0xc6"
				 :
				 : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
	else
		wrmsr(msr, value);
	got = rdmsr(msr);
	wrmsr(msr, old);
	check_equal("MSR", got, value);
}

#define RSP_GOOD    0xffff812345678940ull
#define SSP_GOOD    0xffff812345678948ull
#define CONFIG_GOOD 0xffff812345678000ull

/* Bits that no address has, 57-bit ones included: wrong for 48-bit processors and others alike */
static void not_canonical(uint32_t msr, uint64_t good)
{
	for (unsigned bit = 57; bit < 64; bit++) {
		refused(msr, good ^ 1ull << bit);
		refused(msr, (good & 0x7fffffffffff) | 1ull << bit);
	}
}

static void rsp_low_bits(uint64_t n)
{
	for (unsigned bit = 0; bit < 6; bit++)
		refused(FRED_RSP(n), RSP_GOOD | 1ull << bit);
	refused(FRED_RSP(n), RSP_GOOD | 63);
}

/* "Canonical" is what the processor's widest addresses can be, whatever CR4.LA57 holds now */
static void cpu_width(uint64_t msr)
{
	unsigned width = cpuid(0x80000008, 0).eax >> 8 & 0xff;

	accepted(msr, 1ull << (width - 2));
	accepted(msr, ~0ull << (width - 1));
	refused(msr, 1ull << (width - 1));
	refused(msr, ~0ull << width);
}

static void rsp_canonical(uint64_t n)
{
	not_canonical(FRED_RSP(n), RSP_GOOD);
}

static void rsp_values(uint64_t n)
{
	accepted(FRED_RSP(n), 0);
	accepted(FRED_RSP(n), RSP_GOOD);
	accepted(FRED_RSP(n), 0xffffffffffffffc0);
	for (unsigned bit = 6; bit < 47; bit++)
		accepted(FRED_RSP(n), 1ull << bit);
}

static void ssp_low_bits(uint64_t n)
{
	for (unsigned bit = 0; bit < 3; bit++)
		refused(FRED_SSP(n), SSP_GOOD | 1ull << bit);
}

/* of CET's MSR bit 2 may be set: what does not fit FRED is found when it is used */
static void ssp0_low_bits(uint64_t unused)
{
	(void)unused;
	for (unsigned bit = 0; bit < 2; bit++)
		refused(FRED_SSP(0), SSP_GOOD | 1ull << bit);
	accepted(FRED_SSP(0), SSP_GOOD | 1ull << 2);
}

static void ssp_canonical(uint64_t n)
{
	not_canonical(FRED_SSP(n), SSP_GOOD);
}

static void ssp_values(uint64_t n)
{
	accepted(FRED_SSP(n), 0);
	accepted(FRED_SSP(n), SSP_GOOD);
	for (unsigned bit = 3; bit < 47; bit++)
		accepted(FRED_SSP(n), 1ull << bit);
}

static void stklvls_values(uint64_t unused)
{
	(void)unused;
	accepted(FRED_STKLVLS, 0);
	accepted(FRED_STKLVLS, ~0ull);
	for (unsigned bit = 0; bit < 64; bit++)
		accepted(FRED_STKLVLS, 1ull << bit);
}

static void config_reserved(uint64_t bit)
{
	refused(FRED_CONFIG, CONFIG_GOOD | 1ull << bit);
	refused(FRED_CONFIG, (CONFIG_GOOD | 0x7cb) | 1ull << bit);
}

static void config_canonical(uint64_t unused)
{
	(void)unused;
	not_canonical(FRED_CONFIG, CONFIG_GOOD);
}

static void config_values(uint64_t unused)
{
	(void)unused;
	for (unsigned low = 0; low < 4096; low += low % 8 == 3 ? 5 : 1)
		if (!(low & 0x834))
			accepted(FRED_CONFIG, CONFIG_GOOD | low);
	for (unsigned bit = 12; bit < 47; bit++)
		accepted(FRED_CONFIG, 1ull << bit);
}

/* A level that was written is the level that the next event finds */
static void config_csl(uint64_t unused)
{
	(void)unused;
	for (uint64_t csl = 0; csl < 4; csl++) {
		struct start s = start_in(0, do_rdmsr);

		test_case("CSL", csl);
		s.frame.cs |= csl << CS_LEVEL;
		s.regs.rcx = FRED_CONFIG;
		EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .any_regs = true,
		       .rip = (uint64_t)do_rdmsr_end);
		check_equal("CONFIG[1:0] in RAX", events[0].regs.rax & CONFIG_CSL, csl);
	}
}

static void exist_without_fred(uint64_t unused)
{
	(void)unused;
	fred_off();
	for (unsigned n = 0; n < 4; n++)
		accepted(FRED_RSP(n), RSP_GOOD);
	for (unsigned n = 0; n < 4; n++)
		accepted(FRED_SSP(n), SSP_GOOD);
	accepted(FRED_STKLVLS, 0x123456789abcdef0);
	accepted(FRED_CONFIG, CONFIG_GOOD | 0x7cb);
}

static void refused_without_fred(uint64_t unused)
{
	(void)unused;
	fred_off();
	for (uint32_t msr = FRED_RSP(0); msr <= FRED_CONFIG; msr++) {
		uint64_t value = msr == FRED_CONFIG ? CONFIG_GOOD | 4 : RSP_GOOD | 1;
		struct start s = write_start(msr, value);
		uint64_t old = rdmsr(msr);
		const struct event *e;

		if (msr == FRED_STKLVLS)
			continue;
		test_case("MSR", msr);
		e = run(&s);
		check(is_exception(e, GP), "#GP through the IDT");
		check_equal("RIP", e->frame.rip, s.frame.rip);
		check_equal("MSR", rdmsr(msr), old);
	}
}

static void ring3(uint64_t write)
{
	for (uint32_t msr = FRED_RSP(0); msr <= FRED_CONFIG; msr++) {
		struct start s = start_in(3, write ? do_wrmsr : do_rdmsr);

		test_case("MSR", msr);
		s.regs.rcx = msr;
		s.regs.rax = s.regs.rdx = 0;
		EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
	}
}

static void wrmsrns(uint64_t unused)
{
	(void)unused;
	non_serializing = true;
	rsp_low_bits(1);
	rsp_canonical(1);
	rsp_values(1);
	stklvls_values(0);
	ssp_low_bits(1);
	config_reserved(2);
	non_serializing = false;
}

static void wrmsrns_ring3(uint64_t unused)
{
	struct start s = start_in(3, do_wrmsrns);

	(void)unused;
	s.regs.rcx = FRED_STKLVLS;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
}

/* it exists in compatibility mode too, so it is #GP there and not #UD */
static void wrmsrns_compat(uint64_t unused)
{
	struct start s = start_in(3, do_wrmsrns_32);

	(void)unused;
	s.frame.cs = USER_CS32;
	s.regs.rcx = FRED_STKLVLS;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip,
	       .compatibility = true);
}

static const char *needs_wrmsrns(void)
{
	return cpu_has(CPUID_WRMSRNS) ? NULL : "CPUID has no WRMSRNS";
}

static const struct test tests[] = {
	{"rsp0-low", RULE_MSR_RSP_LOW, rsp_low_bits, 0},
	{"rsp1-low", RULE_MSR_RSP_LOW, rsp_low_bits, 1},
	{"rsp2-low", RULE_MSR_RSP_LOW, rsp_low_bits, 2},
	{"rsp3-low", RULE_MSR_RSP_LOW, rsp_low_bits, 3},
	{"rsp0-canonical", RULE_MSR_RSP_CANONICAL, rsp_canonical, 0},
	{"rsp1-canonical", RULE_MSR_RSP_CANONICAL, rsp_canonical, 1},
	{"rsp2-canonical", RULE_MSR_RSP_CANONICAL, rsp_canonical, 2},
	{"rsp3-canonical", RULE_MSR_RSP_CANONICAL, rsp_canonical, 3},
	{"rsp0-width", RULE_MSR_RSP_CANONICAL, cpu_width, FRED_RSP(0)},
	{"rsp3-width", RULE_MSR_RSP_CANONICAL, cpu_width, FRED_RSP(3)},
	{"rsp0-values", RULE_MSR_RSP_VALUE, rsp_values, 0},
	{"rsp1-values", RULE_MSR_RSP_VALUE, rsp_values, 1},
	{"rsp2-values", RULE_MSR_RSP_VALUE, rsp_values, 2},
	{"rsp3-values", RULE_MSR_RSP_VALUE, rsp_values, 3},
	{"stklvls-values", RULE_MSR_STKLVLS, stklvls_values},
	{"ssp0-low", RULE_MSR_SSP0, ssp0_low_bits},
	{"ssp0-canonical", RULE_MSR_SSP0, ssp_canonical, 0},
	{"ssp0-values", RULE_MSR_SSP0, ssp_values, 0},
	{"ssp1-low", RULE_MSR_SSP_LOW, ssp_low_bits, 1},
	{"ssp2-low", RULE_MSR_SSP_LOW, ssp_low_bits, 2},
	{"ssp3-low", RULE_MSR_SSP_LOW, ssp_low_bits, 3},
	{"ssp1-canonical", RULE_MSR_SSP_CANONICAL, ssp_canonical, 1},
	{"ssp2-canonical", RULE_MSR_SSP_CANONICAL, ssp_canonical, 2},
	{"ssp3-canonical", RULE_MSR_SSP_CANONICAL, ssp_canonical, 3},
	{"ssp1-width", RULE_MSR_SSP_CANONICAL, cpu_width, FRED_SSP(1)},
	{"ssp1-values", RULE_MSR_SSP_VALUE, ssp_values, 1},
	{"ssp2-values", RULE_MSR_SSP_VALUE, ssp_values, 2},
	{"ssp3-values", RULE_MSR_SSP_VALUE, ssp_values, 3},
	{"config-bit2", RULE_MSR_CONFIG_RESERVED, config_reserved, 2},
	{"config-bit4", RULE_MSR_CONFIG_RESERVED, config_reserved, 4},
	{"config-bit5", RULE_MSR_CONFIG_RESERVED, config_reserved, 5},
	{"config-bit11", RULE_MSR_CONFIG_RESERVED, config_reserved, 11},
	{"config-canonical", RULE_MSR_CONFIG_CANONICAL, config_canonical},
	{"config-width", RULE_MSR_CONFIG_CANONICAL, cpu_width, FRED_CONFIG},
	{"config-values", RULE_MSR_CONFIG_VALUE, config_values},
	{"config-csl", RULE_MSR_CONFIG_CSL, config_csl},
	{"exist-without-fred", RULE_MSR_EXIST, exist_without_fred},
	{"refused-without-fred", RULE_MSR_EXIST, refused_without_fred},
	{"rdmsr-ring3", RULE_MSR_RING3, ring3, 0},
	{"wrmsr-ring3", RULE_MSR_RING3, ring3, 1},
	{"wrmsrns", RULE_WRMSRNS, wrmsrns, 0, needs_wrmsrns},
	{"wrmsrns-ring3", RULE_WRMSRNS, wrmsrns_ring3, 0, needs_wrmsrns},
	{"wrmsrns-compat", RULE_WRMSRNS, wrmsrns_compat, 0, needs_wrmsrns},
};
GROUP(msr, "msr", tests);
