// SPDX-License-Identifier: MIT
/*
 * Reference 4, ERETS: one bad bit at a time. Each image has SS bit 18 set and CSL 0 in its CS
 * slot, and ERETS runs with NMIs blocked at CSL 1: a failed one must leave all that alone.
 */
#include "returns.h"

CODE(lock_erets, ".byte 0xf0, 0xf2, 0x0f, 0x01, 0xca");

/* ---- each slot: bits that must not be changed, one at a time ---- */

static const struct slot slots[] = {
	{offsetof(struct frame, cs), 0xffff},
	{offsetof(struct frame, cs), ~0ull << 19},
	{offsetof(struct frame, rflags), 1 << 1},
	{offsetof(struct frame, rflags), 1 << 3 | 1 << 5 | 1 << 15 | 1 << 17},
	{offsetof(struct frame, rflags), ~0ull << 22},
	{offsetof(struct frame, ss), 0xffff},
	{offsetof(struct frame, ss), 0xfff80000},
	{offsetof(struct frame, rip), ~0ull << 47},
};
enum {
	CS_SELECTOR,
	CS_RESERVED,
	FLAGS_ONE,
	FLAGS_RESERVED,
	FLAGS_HIGH,
	SS_SELECTOR,
	SS_RESERVED,
	RIP
};

static void bad_bits(uint64_t which)
{
	check_each_bit(0, &slots[which]);
}

static void rip_edges(uint64_t unused)
{
	static const uint64_t bad[] = {0x800000000000, 0xffff7fffffffffff, 0x8000000000000000,
				       0x7fffffffffffffff, 0x0001000000000000};

	(void)unused;
	for (unsigned i = 0; i < sizeof(bad) / 8; i++) {
		good_image(0);
		image.frame.rip = bad[i];
		test_case("RIP", bad[i]);
		check_refused(0, 1, GP, 0);
	}
	/* canonical: the return works, and the fetch faults there */
	good_image(0);
	image.frame.rip = 0xffff800000000000;
	run(&(struct start){start_return(0, 0).regs, 0, start_return(0, 0).frame, 0, 0});
	check(is_exception(&events[0], PF), "a canonical RIP is gone to");
	check_equal("RIP", events[0].frame.rip, 0xffff800000000000);
}

/* other good selectors, of ring 0 too, are not the current ones */
static void other_selectors(uint64_t unused)
{
	(void)unused;
	good_image(0);
	image.frame.cs = SEL_OTHER_KERNEL_CS;
	check_refused(0, 1, GP, 0);
	good_image(0);
	image.frame.cs = USER_CS;
	image.frame.ss = USER_SS;
	check_refused(0, 1, GP, 0);
	good_image(0);
	image.frame.ss = SEL_OTHER_KERNEL_SS;
	check_refused(0, 1, GP, 0);
	good_image(0);
	image.frame.ss = 0;
	check_refused(0, 1, GP, 0);
}

/* at every CSL, everything in the image other than what is now, and one bad bit */
static void nothing_changed(uint64_t csl)
{
	block_nmis();
	good_image(0);
	image.frame.cs |= ((csl + 1) & 3) << CS_LEVEL;
	image.frame.rflags |= FLAGS_HARMLESS | FLAG_TF | FLAG_IF | FLAG_NT;
	image.frame.ss |= SS_STI | SS_SOFTWARE | 1ull << 31;
	image.frame.rsp = POISON;
	check_refused(0, csl, GP, 0);
	check(nmis_blocked(), "NMIs are still blocked");
}

static void all_good(uint64_t unused)
{
	(void)unused;
	good_image(0);
	check_accepted(0, 0, 0);
}

static void ss_high(uint64_t unused)
{
	(void)unused;
	for (unsigned bit = 32; bit < 64; bit++) {
		good_image(0);
		test_case("bit", bit);
		image.frame.ss |= 1ull << bit;
		check_accepted(0, 0, 0);
	}
}

static void absent_image(uint64_t unused)
{
	struct start s = start_return(0, 0);

	(void)unused;
	s.frame.rsp = PAGE(2) + 0x100;
	set_levels(LEVEL(PF, 2));
	run(&s);
	check(events[0].frame.data >= PAGE(2) + 0x108 && events[0].frame.data < PAGE(2) + 0x130,
	      "event data: an address in the image");
	EXPECT(&events[0], &s, .type = EXCEPTION, .vector = PF, .rip = s.frame.rip,
	       .data = events[0].frame.data, .level = 2);
}

static void image_not_canonical(uint64_t unused)
{
	struct start s = start_return(0, 0);

	(void)unused;
	s.frame.rsp = 1ull << 63;
	set_levels(LEVEL(SS, 2) | LEVEL(GP, 2));
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = SS, .rip = s.frame.rip, .level = 2);
}

static void undefined_in_ring3(uint64_t unused)
{
	struct start s = start_in(3, erets_code);

	(void)unused;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip);
}

static void undefined_without_fred(uint64_t unused)
{
	struct start s = start_return(0, 0);

	(void)unused;
	good_image(0);
	fred_off();
	check(is_exception(run(&s), UD), "#UD while CR4.FRED = 0");
	check_equal("RIP", events[0].frame.rip, s.frame.rip);
}

static void locked(uint64_t unused)
{
	struct start s = start_return(0, 0);

	(void)unused;
	good_image(0);
	s.frame.rip = (uint64_t)lock_erets;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip);
}

static void null_ss(uint64_t unused)
{
	(void)unused;
	good_image(0);
	image.frame.ss = SS_LONG; /* as saved by an event while SS was null */
	check_refused(0, 1, GP, 0);
}

static const struct test tests[] = {
	{"good", RULE_ERET_POPS, all_good},
	{"nothing-changed-csl0", RULE_ERET_FAULT_KEEPS, nothing_changed, 0},
	{"nothing-changed-csl1", RULE_ERET_FAULT_KEEPS, nothing_changed, 1},
	{"nothing-changed-csl2", RULE_ERET_FAULT_KEEPS, nothing_changed, 2},
	{"nothing-changed-csl3", RULE_ERET_FAULT_KEEPS, nothing_changed, 3},
	{"rip-bits", RULE_ERETS_RIP, bad_bits, RIP},
	{"rip-edges", RULE_ERETS_RIP, rip_edges},
	{"cs-selector", RULE_ERETS_CS, bad_bits, CS_SELECTOR},
	{"cs-reserved", RULE_ERETS_CS, bad_bits, CS_RESERVED},
	{"selectors", RULE_ERETS_CS, other_selectors},
	{"rflags-bit1", RULE_ERETS_RFLAGS, bad_bits, FLAGS_ONE},
	{"rflags-reserved", RULE_ERETS_RFLAGS, bad_bits, FLAGS_RESERVED},
	{"rflags-high", RULE_ERETS_RFLAGS, bad_bits, FLAGS_HIGH},
	{"ss-selector", RULE_ERETS_SS, bad_bits, SS_SELECTOR},
	{"ss-reserved", RULE_ERETS_SS, bad_bits, SS_RESERVED},
	{"ss-high", RULE_ERETS_SS_HIGH, ss_high},
	{"null-ss", RULE_ERETS_NULL_SS, null_ss},
	{"image-absent", RULE_ERET_READ, absent_image},
	{"image-not-canonical", RULE_ERET_READ, image_not_canonical},
	{"ud-ring3", RULE_ERET_UD, undefined_in_ring3},
	{"ud-without-fred", RULE_ERET_UD, undefined_without_fred},
	{"ud-lock", RULE_ERET_UD, locked},
};
GROUP(erets, "erets", tests);
