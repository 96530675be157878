// SPDX-License-Identifier: MIT
/* Reference 4, what an ERETS does that passed its checks. */
#include "returns.h"

static void levels_min(uint64_t csl)
{
	for (unsigned slot = 0; slot < 4; slot++) {
		good_image(0);
		test_case("CS slot's level", slot);
		image.frame.cs |= (uint64_t)slot << CS_LEVEL;
		check_accepted(0, csl, slot < csl ? slot : csl);
	}
}

static void flags_restored(uint64_t unused)
{
	uint64_t flags = 0x3d7fd5 & ~(FLAG_TF | FLAG_RF);

	(void)unused;
	for (unsigned bit = 0; bit < 22; bit++) {
		if (!(flags >> bit & 1))
			continue;
		good_image(0);
		test_case("flag", bit);
		image.frame.rflags |= 1ull << bit;
		check_accepted(0, 0, 0);
	}
	good_image(0);
	image.frame.rflags |= flags;
	check_accepted(0, 0, 0);
}

static void rsp_whole(uint64_t unused)
{
	static const uint64_t values[] = {0, 1, 0xffffffff, 0x100000000, 0x8000000000000000, ~0ull};

	(void)unused;
	set_levels(LEVEL(BP, 1));
	for (unsigned i = 0; i < sizeof(values) / 8; i++) {
		struct start s = start_return(0, 0);

		good_image(0);
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
		struct start s = start_return(0, 0);
		struct frame *moved = (struct frame *)((uint8_t *)&image.frame + shift);

		test_case("shift", shift);
		good_image(0);
		image.frame.rsp = test_stack_top() - 8;
		__builtin_memmove(moved, &image.frame, sizeof(*moved));
		s.frame.rsp += shift;
		run(&s);
		check_equal("type", type_of(&events[0]), SOFTWARE_EXCEPTION);
		check_equal("RIP", events[0].frame.rip, (uint64_t)(landing + 1));
		check_equal("RSP", events[0].frame.rsp, test_stack_top() - 8);
	}
}

/* ---- STI blocking comes back ---- */

static void sti_restored(uint64_t with_bit)
{
	struct start s = start_in(0, erets_code), landed;

	good_image(0);
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
	struct start s = start_return(0, 0), landed = s;

	(void)unused;
	good_image(0);
	image.frame.rflags |= FLAG_IF;
	image.frame.ss |= SS_STI;
	run(&s);
	landed.frame = image.frame;
	EXPECT(&events[0], &landed, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)(landing + 1), .ss_bits = SS_STI);
}

/* where it was in force already it is not prolonged (SDM 2, ERETS) */
CODE(sti_erets, "sti; " ERETS);

static void sti_not_twice(uint64_t unused)
{
	struct start s = start_in(0, sti_erets), landed;

	(void)unused;
	good_image(0);
	image.frame.rip = (uint64_t)scratch_code;
	image.frame.rflags |= FLAG_IF;
	image.frame.ss |= SS_STI;
	scratch_code[0] = scratch_code[1] = 0x90;
	s.frame.rsp = (uint64_t)&image.frame;
	send_interrupt(0x70);
	run(&s);
	landed = s;
	landed.frame = image.frame;
	EXPECT(&events[0], &landed, .type = INTERRUPT, .vector = 0x70, .rip = image.frame.rip);
}

static void sti_without_if(uint64_t unused)
{
	struct start s = start_return(0, 0), landed = s;

	(void)unused;
	good_image(0);
	image.frame.ss |= SS_STI;
	run(&s);
	landed.frame = image.frame;
	EXPECT(&events[0], &landed, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)(landing + 1));
}

static const struct test tests[] = {
	{"rflags-restored", RULE_ERETS_RFLAGS_RESTORED, flags_restored},
	{"csl-0", RULE_ERETS_CSL, levels_min, 0},
	{"csl-1", RULE_ERETS_CSL, levels_min, 1},
	{"csl-2", RULE_ERETS_CSL, levels_min, 2},
	{"csl-3", RULE_ERETS_CSL, levels_min, 3},
	{"rsp-whole", RULE_ERETS_RSP, rsp_whole},
	{"anywhere", RULE_ERET_POPS, anywhere},
	{"sti-restored", RULE_ERET_STI, sti_restored, 1},
	{"sti-not-restored", RULE_ERET_STI, sti_restored, 0},
	{"sti-restored-seen", RULE_ERET_STI, sti_restored_seen},
	{"sti-not-twice", RULE_ERET_STI, sti_not_twice},
	{"sti-without-if", RULE_ERET_STI, sti_without_if},
};
GROUP(effects, "effects", tests);
