// SPDX-License-Identifier: MIT
/*
 * Random return images, MSR values and deliveries, each compared with the model. An image
 * begins good and gets up to three changes, so that about half of them are still allowed.
 */
#include "random.h"

CODE(undefined, "ud2");
/* write RDX:RAX, read back into R9:R8, put R11:R10 back */
CODE(try_msr,
     "wrmsr; rdmsr; mov %eax, %r8d; mov %edx, %r9d; mov %r10d, %eax; mov %r11d, %edx; wrmsr");

static void seed(uint64_t part)
{
	random_seed(options.seed, part);
	print("    # random: seed=%lu\n", options.seed);
}

static void check_landed(const struct start *s, const struct outcome *o, bool user)
{
	struct start landed = *s;

	landed.frame = image.frame;
	landed.frame.cs = (image.frame.cs & 0xffff) | o->csl << CS_LEVEL;
	if (user) {
		landed.gs = s->kernel_gs;
		landed.kernel_gs = s->gs;
	}
	if (o->compatibility) {
		landed.frame.rip = (uint32_t)image.frame.rip;
		landed.frame.rsp = (uint32_t)image.frame.rsp;
	}
	if (o->step_at_once)
		EXPECT(&events[0], &landed, .type = EXCEPTION, .vector = DB,
		       .rflags = landed.frame.rflags, .rip = landed.frame.rip, .data = DR6_BS,
		       .dr6 = events[0].dr6, .compatibility = o->compatibility,
		       .ss_bits = o->sti_blocking ? SS_STI : 0);
	else
		EXPECT(&events[0], &landed, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
		       .rip = landed.frame.rip + 1, .dr6 = events[0].dr6,
		       .compatibility = o->compatibility, .ss_bits = o->sti_blocking ? SS_STI : 0);
}

static void one_return(uint64_t number, bool user)
{
	struct start s = start_in(0, user ? eretu_code : erets_code);
	unsigned csl = user ? (one_in(16) ? 1 + below(3) : 0) : below(4);
	bool blocked = one_in(8);
	struct outcome o;

	test_case("case", number);
	random_image(user);
	s.frame.rsp = (uint64_t)&image.frame;
	s.frame.cs |= (uint64_t)csl << CS_LEVEL;
	o = user ? model_eretu(&image.frame, csl) : model_erets(&image.frame, csl);
	if (blocked)
		block_nmis();
	run(&s);
	if (o.fault)
		EXPECT(&events[0], &s, .type = EXCEPTION, .vector = o.vector, .error = o.error,
		       .rip = s.frame.rip, .dr6 = events[0].dr6);
	else
		check_landed(&s, &o, user);
	if (blocked) {
		check_equal("NMIs blocked", nmis_blocked(), o.fault || !o.unblocks_nmis);
		nmis_after_unblock();
	}
}

static void returns(uint64_t user)
{
	uint64_t faults = 0;

	seed(user);
	set_levels(0);
	for (uint64_t i = 0; i < options.count * 2 / 5 && failures < 12; i++) {
		watchdog_start();
		one_return(i, user);
		faults += events[0].frame.rip == (uint64_t)(user ? eretu_code : erets_code);
	}
	print("    # random: %lu images, %lu of them refused\n", options.count * 2 / 5, faults);
	check(faults * 10 > options.count, "a fair share of bad images");
	check(faults * 10 < options.count * 3, "a fair share of good images");
}

/* ---- MSRs ---- */

static uint64_t random_value(void)
{
	uint64_t value = (uint64_t)((int64_t)(random_bits() << 16) >> 16);

	if (!one_in(4))
		value &= ~0x7full;
	if (one_in(2))
		value &= ~0xfffull;
	if (one_in(2))
		value |= 1ull << below(12);
	if (one_in(4)) /* not canonical, whatever the processor's address width */
		value ^= 1ull << (57 + below(7));
	return value;
}

static void msrs(uint64_t unused)
{
	uint64_t faults = 0;

	(void)unused;
	seed(2);
	for (uint64_t i = 0; i < options.count / 5 && failures < 12; i++) {
		struct start s = start_in(0, try_msr);
		unsigned which = below(10);
		uint32_t msr = which == 9 ? FRED_SSP(0) : FRED_RSP(0) + which;
		uint64_t value = random_value(), old = rdmsr(msr), got;
		bool accepts = model_msr_accepts(msr, value);

		test_case("value", value);
		s.regs.rcx = msr;
		s.regs.rax = (uint32_t)value;
		s.regs.rdx = value >> 32;
		s.regs.r10 = (uint32_t)old;
		s.regs.r11 = old >> 32;
		run(&s);
		got = (uint32_t)events[0].regs.r8 | events[0].regs.r9 << 32;
		if (accepts) {
			check_ran(&events[0], try_msr_end);
			check_equal("read back", got, value);
		} else {
			faults++;
			EXPECT(&events[0], &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
		}
		check_equal("the MSR after", rdmsr(msr), old);
	}
	print("    # random: %lu values, %lu of them refused\n", options.count / 5, faults);
}

/* ---- deliveries: check_event() is the model ---- */

static void deliveries(uint64_t unused)
{
	(void)unused;
	seed(3);
	for (uint64_t i = 0; i < options.count / 10 && failures < 12; i++) {
		bool user = one_in(2), soft = one_in(2);
		struct start s = start_in(user ? 3 : 0, soft ? landing : undefined);
		uint64_t levels = random_bits();
		unsigned vector = soft ? BP : UD;

		test_case("case", i);
		watchdog_start();
		set_levels(levels);
		set_config(7 << CONFIG_GAP | 3 << CONFIG_LEVEL,
			   below(8) << CONFIG_GAP | below(4) << CONFIG_LEVEL);
		s.frame.rflags |= random_bits() & FLAGS_FREE & ~(FLAG_TF | FLAG_IOPL | FLAG_RF);
		s.frame.rsp -= user ? random_bits() : below(64);
		s.gs = (uint64_t)((int64_t)random_bits() >> 20);
		s.kernel_gs = (uint64_t)((int64_t)random_bits() >> 20);
		if (!user)
			s.frame.cs |= below(4) << CS_LEVEL;
		for (unsigned r = 0; r < sizeof(s.regs) / 8; r++)
			((uint64_t *)&s.regs)[r] = random_bits();
		EXPECT(run(&s), &s, .type = soft ? SOFTWARE_EXCEPTION : EXCEPTION, .vector = vector,
		       .length = soft, .rip = s.frame.rip + soft,
		       .level = user ? 0 : levels >> (2 * vector) & 3);
	}
}

static const struct test tests[] = {
	{"erets", RULE_RANDOM_ERETS, returns, 0},
	{"eretu", RULE_RANDOM_ERETU, returns, 1},
	{"msr", RULE_RANDOM_MSR, msrs},
	{"delivery", RULE_RANDOM_DELIVERY, deliveries},
};
GROUP(random_part, "random", tests);
