// SPDX-License-Identifier: MIT
/*
 * Reference 4, ERETS: one bad bit at a time. Each image has SS bit 18 set and CSL 0 in its CS
 * slot, and ERETS runs with NMIs blocked at CSL 1: a failed one must leave all that alone.
 */
#include "suite.h"

CODE(do_erets, ERETS);
CODE(lock_erets, ".byte 0xf0, 0xf2, 0x0f, 0x01, 0xca");
CODE(landing, "int3");

static struct {
	uint8_t room[2048];
	struct frame frame;
	uint8_t behind[64];
} image __attribute__((aligned(64)));

/* an image that is right: to `landing`, as ring 0 code starts */
static void good_image(void)
{
	image.frame = start_in(0, landing).frame;
	image.frame.rsp -= 0x123;
	image.frame.ss |= SS_NMI;
	image.frame.error = image.frame.data = image.frame.zero = POISON;
}

static struct start start_erets(unsigned csl)
{
	struct start s = start_in(0, do_erets);

	s.frame.rsp = (uint64_t)&image.frame;
	s.frame.cs |= (uint64_t)csl << CS_LEVEL;
	return s;
}

static void refused_at(unsigned csl)
{
	struct start s = start_erets(csl);
	struct frame before = image.frame;
	const uint64_t *was = (const uint64_t *)&before, *is = (const uint64_t *)&image.frame;

	run(&s);
	EXPECT(&events[0], &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
	for (unsigned i = 0; i < 8; i++)
		check_equal("the image in memory", is[i], was[i]);
}

static void refused(void)
{
	refused_at(1);
}

static void accepted(unsigned csl, unsigned new_csl)
{
	struct start s = start_erets(csl), landed = s;

	run(&s);
	landed.frame = image.frame;
	landed.frame.cs = (image.frame.cs & 0xffff) | new_csl << CS_LEVEL;
	EXPECT(&events[0], &landed, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)landing_end);
}

/* ---- each slot: bits that must not be changed, one at a time ---- */

static const struct slot {
	size_t offset;
	uint64_t bits;
} slots[] = {
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
	block_nmis();
	for (unsigned bit = 0; bit < 64; bit++) {
		if (!(slots[which].bits >> bit & 1))
			continue;
		good_image();
		*(uint64_t *)((uint8_t *)&image.frame + slots[which].offset) ^= 1ull << bit;
		test_case("bit", bit);
		refused();
	}
	test_case(NULL, 0);
	check(nmis_blocked(), "NMIs are still blocked");
	check_equal("NMIs that come when they are unblocked", nmis_after_unblock(), 1);
}

static void rip_edges(uint64_t unused)
{
	static const uint64_t bad[] = {0x800000000000, 0xffff7fffffffffff, 0x8000000000000000,
				       0x7fffffffffffffff, 0x0001000000000000};

	(void)unused;
	for (unsigned i = 0; i < sizeof(bad) / 8; i++) {
		good_image();
		image.frame.rip = bad[i];
		test_case("RIP", bad[i]);
		refused();
	}
	/* canonical: the return works, and the fetch faults there */
	good_image();
	image.frame.rip = 0xffff800000000000;
	run(&(struct start){start_erets(0).regs, 0, start_erets(0).frame, 0, 0});
	check(is_exception(&events[0], PF), "a canonical RIP is gone to");
	check_equal("RIP", events[0].frame.rip, 0xffff800000000000);
}

/* other good selectors, of ring 0 too, are not the current ones */
static void other_selectors(uint64_t unused)
{
	(void)unused;
	good_image();
	image.frame.cs = SEL_OTHER_KERNEL_CS;
	refused();
	good_image();
	image.frame.cs = USER_CS;
	image.frame.ss = USER_SS;
	refused();
	good_image();
	image.frame.ss = SEL_OTHER_KERNEL_SS;
	refused();
	good_image();
	image.frame.ss = 0;
	refused();
}

/* at every CSL, everything in the image other than what is now, and one bad bit */
static void nothing_changed(uint64_t csl)
{
	block_nmis();
	good_image();
	image.frame.cs |= ((csl + 1) & 3) << CS_LEVEL;
	image.frame.rflags |= FLAGS_HARMLESS | FLAG_TF | FLAG_IF | FLAG_NT;
	image.frame.ss |= SS_STI | SS_SOFTWARE | 1ull << 31;
	image.frame.rsp = POISON;
	refused_at(csl);
	check(nmis_blocked(), "NMIs are still blocked");
}

static void all_good(uint64_t unused)
{
	(void)unused;
	good_image();
	accepted(0, 0);
}

static void ss_high(uint64_t unused)
{
	(void)unused;
	for (unsigned bit = 32; bit < 64; bit++) {
		good_image();
		test_case("bit", bit);
		image.frame.ss |= 1ull << bit;
		accepted(0, 0);
	}
}

static void levels_min(uint64_t csl)
{
	for (unsigned slot = 0; slot < 4; slot++) {
		good_image();
		test_case("CS slot's level", slot);
		image.frame.cs |= (uint64_t)slot << CS_LEVEL;
		accepted(csl, slot < csl ? slot : csl);
	}
}

static void flags_restored(uint64_t unused)
{
	uint64_t flags = 0x3d7fd5 & ~(FLAG_TF | FLAG_RF);

	(void)unused;
	for (unsigned bit = 0; bit < 22; bit++) {
		if (!(flags >> bit & 1))
			continue;
		good_image();
		test_case("flag", bit);
		image.frame.rflags |= 1ull << bit;
		accepted(0, 0);
	}
	good_image();
	image.frame.rflags |= flags;
	accepted(0, 0);
}

static void rsp_whole(uint64_t unused)
{
	static const uint64_t values[] = {0, 1, 0xffffffff, 0x100000000, 0x8000000000000000, ~0ull};

	(void)unused;
	set_levels(LEVEL(BP, 1));
	for (unsigned i = 0; i < sizeof(values) / 8; i++) {
		struct start s = start_erets(0);

		good_image();
		test_case("RSP", values[i]);
		image.frame.rsp = values[i];
		run(&s);
		check_equal("RSP", events[0].frame.rsp, values[i]);
		check_equal("type", type_of(&events[0]), SOFTWARE_EXCEPTION);
	}
}

/* the image need not be aligned, and only the five words of it count */
static void anywhere(uint64_t unused)
{
	(void)unused;
	for (unsigned shift = 0; shift < 64; shift++) {
		struct start s = start_erets(0);
		struct frame *moved = (struct frame *)((uint8_t *)&image.frame + shift);

		test_case("shift", shift);
		good_image();
		image.frame.rsp = test_stack_top() - 8;
		__builtin_memmove(moved, &image.frame, sizeof(*moved));
		s.frame.rsp += shift;
		run(&s);
		check_equal("type", type_of(&events[0]), SOFTWARE_EXCEPTION);
		check_equal("RIP", events[0].frame.rip, (uint64_t)landing_end);
		check_equal("RSP", events[0].frame.rsp, test_stack_top() - 8);
	}
}

static void absent_image(uint64_t unused)
{
	struct start s = start_erets(0);

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
	struct start s = start_erets(0);

	(void)unused;
	s.frame.rsp = 1ull << 63;
	set_levels(LEVEL(SS, 2) | LEVEL(GP, 2));
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = SS, .rip = s.frame.rip, .level = 2);
}

static void undefined_in_ring3(uint64_t unused)
{
	struct start s = start_in(3, do_erets);

	(void)unused;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip);
}

static void undefined_without_fred(uint64_t unused)
{
	struct start s = start_erets(0);

	(void)unused;
	good_image();
	fred_off();
	check(is_exception(run(&s), UD), "#UD while CR4.FRED = 0");
	check_equal("RIP", events[0].frame.rip, s.frame.rip);
}

static void locked(uint64_t unused)
{
	struct start s = start_erets(0);

	(void)unused;
	good_image();
	s.frame.rip = (uint64_t)lock_erets;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip);
}

static void null_ss(uint64_t unused)
{
	(void)unused;
	good_image();
	image.frame.ss = SS_LONG; /* as saved by an event while SS was null */
	refused();
}

/* ---- STI blocking comes back ---- */

static void sti_restored(uint64_t with_bit)
{
	struct start s = start_in(0, do_erets), landed;

	good_image();
	image.frame.rip = (uint64_t)scratch_code;
	image.frame.rflags |= FLAG_IF;
	image.frame.ss |= with_bit ? SS_STI : 0;
	scratch_code[0] = scratch_code[1] = 0x90;
	s.frame.rsp = (uint64_t)&image.frame;
	send_interrupt(0x70);
	run(&s);
	landed = s;
	landed.frame = image.frame;
	EXPECT(&events[0], &landed, .type = INTERRUPT, .vector = 0x70,
	       .rip = image.frame.rip + (with_bit ? 1 : 0));
}

/* a fault right there finds it in force again */
static void sti_restored_seen(uint64_t unused)
{
	struct start s = start_erets(0), landed = s;

	(void)unused;
	good_image();
	image.frame.rflags |= FLAG_IF;
	image.frame.ss |= SS_STI;
	run(&s);
	landed.frame = image.frame;
	EXPECT(&events[0], &landed, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)landing_end, .ss_bits = SS_STI);
}

static void sti_without_if(uint64_t unused)
{
	struct start s = start_erets(0), landed = s;

	(void)unused;
	good_image();
	image.frame.ss |= SS_STI;
	run(&s);
	landed.frame = image.frame;
	EXPECT(&events[0], &landed, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)landing_end);
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
	{"rflags-restored", RULE_ERETS_RFLAGS_RESTORED, flags_restored},
	{"ss-selector", RULE_ERETS_SS, bad_bits, SS_SELECTOR},
	{"ss-reserved", RULE_ERETS_SS, bad_bits, SS_RESERVED},
	{"ss-high", RULE_ERETS_SS_HIGH, ss_high},
	{"null-ss", RULE_ERETS_NULL_SS, null_ss},
	{"csl-0", RULE_ERETS_CSL, levels_min, 0},
	{"csl-1", RULE_ERETS_CSL, levels_min, 1},
	{"csl-2", RULE_ERETS_CSL, levels_min, 2},
	{"csl-3", RULE_ERETS_CSL, levels_min, 3},
	{"rsp-whole", RULE_ERETS_RSP, rsp_whole},
	{"anywhere", RULE_ERET_POPS, anywhere},
	{"image-absent", RULE_ERET_READ, absent_image},
	{"image-not-canonical", RULE_ERET_READ, image_not_canonical},
	{"ud-ring3", RULE_ERET_UD, undefined_in_ring3},
	{"ud-without-fred", RULE_ERET_UD, undefined_without_fred},
	{"ud-lock", RULE_ERET_UD, locked},
	{"sti-restored", RULE_ERET_STI, sti_restored, 1},
	{"sti-not-restored", RULE_ERET_STI, sti_restored, 0},
	{"sti-restored-seen", RULE_ERET_STI, sti_restored_seen},
	{"sti-without-if", RULE_ERET_STI, sti_without_if},
};
GROUP(erets, "erets", tests);
