// SPDX-License-Identifier: MIT
/*
 * Reference 4, ERETU: one bad bit at a time, and every kind of selector. As in test_erets.c,
 * NMIs are blocked and each image would unblock them.
 */
#include "returns.h"

CODE(lock_eretu, ".byte 0xf0, 0xf3, 0x0f, 0x01, 0xca");

/* seen from ring 3: an event that comes right there swaps them back, and both are told apart */
static void gs_swapped(uint64_t compatibility)
{
	static const uint64_t bases[] = {0, 1, 0x7fffffffffff, 0xffff800000000000, ~0ull};

	for (unsigned i = 0; i < 5; i++)
		for (unsigned j = 0; j < 5; j++) {
			good_image(3);
			if (compatibility) {
				image.frame.cs = USER_CS32;
				image.frame.rip = (uint64_t)landing_32;
			}
			check_accepted_gs(3, 0, 0, bases[i], bases[j]);
		}
}

/* ring 3 reads through its GS: the base that was in KERNEL_GS_BASE */
CODE(read_gs_word, "mov %gs:0, %rax; mov %gs:8, %rbx");

static void gs_used(uint64_t unused)
{
	static uint64_t user_words[2] = {0x1234, 0x5678}, kernel_words[2];
	struct start s = start_return(3, 0);

	(void)unused;
	good_image(3);
	image.frame.rip = (uint64_t)read_gs_word;
	s.gs = (uint64_t)kernel_words;
	s.kernel_gs = (uint64_t)user_words;
	run(&s);
	check_ran(&events[0], read_gs_word_end);
	check_equal("%gs:0", events[0].regs.rax, 0x1234);
	check_equal("%gs:8", events[0].regs.rbx, 0x5678);
}

static const struct slot slots[] = {
	{offsetof(struct frame, cs), 3},
	{offsetof(struct frame, cs), ~0ull << 16},
	{offsetof(struct frame, rflags), 1 << 1},
	{offsetof(struct frame, rflags), 1 << 3 | 1 << 5 | 1 << 15 | 1 << 17},
	{offsetof(struct frame, rflags), FLAG_IOPL},
	{offsetof(struct frame, rflags), ~0ull << 22},
	{offsetof(struct frame, ss), 3},
	{offsetof(struct frame, ss), 0xfff80000},
	{offsetof(struct frame, rip), ~0ull << 47},
};
enum {
	CS_RPL,
	CS_RESERVED,
	FLAGS_ONE,
	FLAGS_RESERVED,
	FLAGS_IOPL,
	FLAGS_HIGH,
	SS_RPL,
	SS_RESERVED,
	RIP
};

static void bad_bits(uint64_t which)
{
	check_each_bit(3, &slots[which]);
}

static void csl_not_zero(uint64_t csl)
{
	struct start s = start_return(3, 0);

	good_image(3);
	s.frame.cs |= csl << CS_LEVEL;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
}

/* ... before the image is read: SDM 2, ERETU */
static void csl_before_image(uint64_t csl)
{
	struct start s = start_return(3, csl);

	s.frame.rsp = PAGE(2) + 0x100;
	set_levels(LEVEL(GP, 2));
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip, .level = 2);
}

static void flat_64(uint64_t unused)
{
	(void)unused;
	good_image(3);
	check_accepted(3, 0, 0);
	check_equal("CS", events[0].frame.cs, USER_CS);
}

static void flat_32(uint64_t unused)
{
	(void)unused;
	good_image(3);
	image.frame.cs = USER_CS32;
	image.frame.rip = (uint64_t)landing_32;
	check_accepted(3, 0, 0);
}

/* RIP and RSP lose their upper halves, whatever those hold: no check of RIP finds them */
static void compatibility_halves(uint64_t code)
{
	for (unsigned bit = 32; bit < 64; bit++) {
		struct start s = start_return(3, 0), landed = s;

		good_image(3);
		test_case("bit", bit);
		image.frame.cs = code;
		image.frame.rip = (uint64_t)landing_32 | 1ull << bit;
		image.frame.rsp |= 1ull << bit;
		run(&s);
		landed.frame = image.frame;
		landed.frame.rsp = (uint32_t)image.frame.rsp;
		landed.gs = s.kernel_gs;
		landed.kernel_gs = s.gs;
		EXPECT(&events[0], &landed, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
		       .rip = (uint64_t)landing_32 + 1, .compatibility = true);
	}
}

/* STAR names selectors that no table has */
static void flat_without_descriptors(uint64_t compatibility)
{
	wrmsr(MSR_STAR, 0x5003ull << 48 | (uint64_t)KERNEL_CS << 32);
	good_image(3);
	image.frame.cs = compatibility ? 0x5003 : 0x5013;
	image.frame.ss = (image.frame.ss & ~0xffffull) | 0x500b;
	image.frame.rip = (uint64_t)(compatibility ? landing_32 : landing);
	check_accepted(3, 0, 0);
}

static void rflags_restored(uint64_t unused)
{
	uint64_t flags = FLAGS_HARMLESS | FLAG_IF | FLAG_NT | FLAG_AC;

	(void)unused;
	for (unsigned bit = 0; bit < 22; bit++) {
		if (!(flags >> bit & 1))
			continue;
		good_image(3);
		test_case("flag", bit);
		image.frame.rflags |= 1ull << bit;
		check_accepted(3, 0, 0);
	}
}

static void ss_high(uint64_t unused)
{
	(void)unused;
	for (unsigned bit = 32; bit < 64; bit++) {
		good_image(3);
		test_case("bit", bit);
		image.frame.ss |= 1ull << bit;
		check_accepted(3, 0, 0);
	}
}

static void rip_canonical(uint64_t unused)
{
	struct start s = start_return(3, 0);

	(void)unused;
	good_image(3);
	image.frame.rip = 0xffff800000000000;
	run(&s);
	check(is_exception(&events[0], PF), "a canonical RIP is gone to, in ring 3");
	check_equal("where", events[0].where, 0);
	check_equal("RIP", events[0].frame.rip, 0xffff800000000000);
}

/* ---- other selectors ---- */

static const struct pair {
	uint16_t cs, ss;
	uint8_t vector; /* 0: it works */
	uint16_t error;
	bool compatibility;
} pairs[] = {
	{SEL_OTHER_USER_CS, SEL_OTHER_USER_SS},
	{SEL_OTHER_USER_CS32, SEL_OTHER_USER_SS, .compatibility = true},
	{USER_CS, SEL_OTHER_USER_SS},
	{SEL_OTHER_USER_CS, USER_SS},
	{SEL_LDT_USER_CS, SEL_LDT_USER_SS},
	{SEL_LDT_USER_CS32, SEL_LDT_USER_SS, .compatibility = true},
	{USER_CS, SEL_LDT_USER_SS},
	/* code */
	{3, USER_SS, GP, 0},
	{SEL_GDT_END | 3, USER_SS, GP, SEL_GDT_END},
	{0xfffb, USER_SS, GP, 0xfff8},
	{0x27, USER_SS, GP, 0x24}, /* behind the LDT's end */
	{USER_SS, USER_SS, GP, USER_SS & ~3},
	{KERNEL_CS | 3, USER_SS, GP, KERNEL_CS},
	{TSS_SEL | 3, USER_SS, GP, TSS_SEL},
	{SEL_LONG_AND_BIG, USER_SS, GP, SEL_LONG_AND_BIG & ~3},
	{SEL_ABSENT_CODE, USER_SS, NP, SEL_ABSENT_CODE & ~3},
	/* stack */
	{USER_CS, 3, GP, 0},
	{USER_CS, (SEL_GDT_END + 8) | 3, GP, SEL_GDT_END + 8},
	{USER_CS, 0x2f, GP, 0x2c},
	{USER_CS, SEL_OTHER_USER_CS, GP, SEL_OTHER_USER_CS & ~3},
	{USER_CS, SEL_READ_ONLY_DATA, GP, SEL_READ_ONLY_DATA & ~3},
	{USER_CS, KERNEL_SS | 3, GP, KERNEL_SS},
	{USER_CS, SEL_ABSENT_DATA, SS, SEL_ABSENT_DATA & ~3},
	{SEL_OTHER_USER_CS32, SEL_ABSENT_DATA, SS, SEL_ABSENT_DATA & ~3},
};

static void descriptors(uint64_t wanted)
{
	for (unsigned i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct pair *p = &pairs[i];

		if (p->vector != wanted)
			continue;
		test_case("CS", p->cs);
		good_image(3);
		image.frame.cs = p->cs;
		image.frame.ss = (image.frame.ss & ~0xffffull) | p->ss;
		image.frame.rip = (uint64_t)(p->compatibility ? landing_32 : landing);
		if (p->vector)
			check_refused(3, 0, p->vector, p->error);
		else
			check_accepted(3, 0, 0);
	}
}

/* Descriptors that a test makes: conforming code of ring 0, and code of one page */
static void made_descriptor(uint64_t small)
{
	uint64_t page = (uint64_t)landing_32 >> 12;

	good_image(3);
	if (small) {
		gdt[SEL_OTHER_USER_CS32 / 8] =
			(page & 0xffff) | 0xfbull << 40 | (page >> 16 & 15) << 48 | 0x4ull << 52;
		image.frame.cs = SEL_OTHER_USER_CS32;
		image.frame.rip = (uint64_t)landing_32; /* bytes, not pages, count in its limit */
		check_refused(3, 0, GP, 0);
	} else {
		gdt[SEL_OTHER_USER_CS / 8] = 0x00af9f000000ffff;
		image.frame.cs = SEL_OTHER_USER_CS;
		check_accepted(3, 0, 0);
	}
}

/* The last descriptor's last byte is behind the table's limit */
static void cut_descriptor(uint64_t unused)
{
	struct table_register gdtr = {SEL_GDT_END - 2, (uint64_t)gdt};

	(void)unused;
	__asm__ volatile("lgdt %0" : : "m"(gdtr));
	good_image(3);
	image.frame.cs = SEL_READABLE_CODE;
	check_refused(3, 0, GP, SEL_READABLE_CODE & ~3);
}

/* The accessed bit of a descriptor that was loaded */
static void accessed(uint64_t unused)
{
	(void)unused;
	gdt[SEL_OTHER_USER_CS / 8] &= ~(1ull << 40);
	gdt[SEL_OTHER_USER_SS / 8] &= ~(1ull << 40);
	good_image(3);
	image.frame.cs = SEL_OTHER_USER_CS;
	image.frame.ss = (image.frame.ss & ~0xffffull) | SEL_OTHER_USER_SS;
	check_accepted(3, 0, 0);
	check(gdt[SEL_OTHER_USER_CS / 8] >> 40 & 1, "accessed bit of CS");
	check(gdt[SEL_OTHER_USER_SS / 8] >> 40 & 1, "accessed bit of SS");
}

static void absent_image(uint64_t unused)
{
	struct start s = start_return(3, 0);

	(void)unused;
	s.frame.rsp = PAGE(2) + 0x100;
	set_levels(LEVEL(PF, 2));
	run(&s);
	check(events[0].frame.data >= PAGE(2) + 0x108 && events[0].frame.data < PAGE(2) + 0x130,
	      "event data: an address in the image");
	EXPECT(&events[0], &s, .type = EXCEPTION, .vector = PF, .rip = s.frame.rip,
	       .data = events[0].frame.data, .level = 2);
}

static void undefined_in_ring3(uint64_t unused)
{
	struct start s = start_in(3, eretu_code);

	(void)unused;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip);
}

static void undefined_without_fred(uint64_t unused)
{
	struct start s = start_return(3, 0);

	(void)unused;
	good_image(3);
	fred_off();
	check(is_exception(run(&s), UD), "#UD while CR4.FRED = 0");
	check_equal("RIP", events[0].frame.rip, s.frame.rip);
}

static void locked(uint64_t unused)
{
	struct start s = start_return(3, 0);

	(void)unused;
	good_image(3);
	s.frame.rip = (uint64_t)lock_eretu;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip);
}

/* To the supervisor's page that the ERETU itself stands on: ring 3 may not fetch there. */
static void own_page(uint64_t unused)
{
	static const uint8_t code[] = {0xf3, 0x0f, 0x01, 0xca, 0x90, 0xcc};
	struct start s, landed;

	(void)unused;
	map_page(3, PAGE_KERNEL);
	__builtin_memcpy((void *)PAGE(3), code, sizeof(code));
	s = start_in(0, (void *)PAGE(3));
	good_image(3);
	image.frame.rip = PAGE(3) + 4;
	s.frame.rsp = (uint64_t)&image.frame;
	run(&s);
	landed = s;
	landed.frame = image.frame;
	landed.gs = s.kernel_gs;
	landed.kernel_gs = s.gs;
	EXPECT(&events[0], &landed, .type = EXCEPTION, .vector = PF, .rip = PAGE(3) + 4,
	       .error = 5 | (events[0].frame.error & 0x10), .data = PAGE(3) + 4);
}

static const struct test tests[] = {
	{"flat-64", RULE_ERETU_FLAT, flat_64},
	{"flat-32", RULE_ERETU_FLAT, flat_32},
	{"flat-64-no-descriptor", RULE_ERETU_FLAT, flat_without_descriptors, 0},
	{"flat-32-no-descriptor", RULE_ERETU_FLAT, flat_without_descriptors, 1},
	{"halves-flat", RULE_ERETU_COMPATIBILITY, compatibility_halves, USER_CS32},
	{"halves-descriptor", RULE_ERETU_COMPATIBILITY, compatibility_halves, SEL_OTHER_USER_CS32},
	{"own-page", RULE_ERETU_RING, own_page},
	{"gs-64", RULE_ERETU_GS, gs_swapped, 0},
	{"gs-32", RULE_ERETU_GS, gs_swapped, 1},
	{"gs-used", RULE_ERETU_GS, gs_used},
	{"rip-bits", RULE_ERETU_RIP, bad_bits, RIP},
	{"rip-canonical", RULE_ERETU_RIP, rip_canonical},
	{"cs-rpl", RULE_ERETU_CS, bad_bits, CS_RPL},
	{"cs-reserved", RULE_ERETU_CS, bad_bits, CS_RESERVED},
	{"rflags-bit1", RULE_ERETU_RFLAGS, bad_bits, FLAGS_ONE},
	{"rflags-reserved", RULE_ERETU_RFLAGS, bad_bits, FLAGS_RESERVED},
	{"rflags-iopl", RULE_ERETU_RFLAGS, bad_bits, FLAGS_IOPL},
	{"rflags-high", RULE_ERETU_RFLAGS, bad_bits, FLAGS_HIGH},
	{"rflags-restored", RULE_ERETU_RFLAGS, rflags_restored},
	{"ss-rpl", RULE_ERETU_SS, bad_bits, SS_RPL},
	{"ss-reserved", RULE_ERETU_SS, bad_bits, SS_RESERVED},
	{"ss-high", RULE_ERETU_SS_HIGH, ss_high},
	{"csl-1", RULE_ERETU_CSL, csl_not_zero, 1},
	{"csl-2", RULE_ERETU_CSL, csl_not_zero, 2},
	{"csl-3", RULE_ERETU_CSL, csl_not_zero, 3},
	{"csl-before-image", RULE_ERETU_CSL, csl_before_image, 1},
	{"descriptors", RULE_ERETU_DESCRIPTOR, descriptors, 0},
	{"descriptors-gp", RULE_ERETU_DESCRIPTOR_BAD, descriptors, GP},
	{"descriptors-np", RULE_ERETU_DESCRIPTOR_BAD, descriptors, NP},
	{"descriptors-ss", RULE_ERETU_DESCRIPTOR_BAD, descriptors, SS},
	{"conforming", RULE_ERETU_DESCRIPTOR, made_descriptor, 0},
	{"limit", RULE_ERETU_DESCRIPTOR_BAD, made_descriptor, 1},
	{"cut-descriptor", RULE_ERETU_DESCRIPTOR_BAD, cut_descriptor},
	{"accessed", RULE_ERETU_DESCRIPTOR, accessed},
	{"image-absent", RULE_ERET_READ, absent_image},
	{"ud-ring3", RULE_ERET_UD, undefined_in_ring3},
	{"ud-without-fred", RULE_ERET_UD, undefined_without_fred},
	{"ud-lock", RULE_ERET_UD, locked},
};
GROUP(eretu, "eretu", tests);
