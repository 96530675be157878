// SPDX-License-Identifier: MIT
/* Reference 3, event data of #DB; reference 4, SS bit 17. */
#include "returns.h"

CODE(two_nops, "nop; nop");
CODE(store, "mov %rbx, (%rax); nop");
CODE(read_dr, "mov %dr0, %rax");
CODE(write_dr, "mov %rax, %dr3");
CODE(store_only, "mov %rbx, (%rax)");

#define DR7_LOCAL(n)  (1ull << (2 * (n)))
#define DR7_WRITE8(n) (9ull << (16 + 4 * (n))) /* writes, 8 bytes */
#define DR7_FIXED     0x400ull
#define DR7_GD	      (1ull << 13)

static uint64_t watched __attribute__((aligned(8)));

/* on a word of the image that a return pops; #DB behind it, where it went */
static void on_image(uint64_t ring)
{
	for (unsigned word = 1; word < 6; word++) {
		struct start s = start_return(ring, 0), landed = s;

		test_case("word", word);
		good_image(ring);
		watch_data(1, (uint64_t)&image.frame + 8 * word, 8);
		run(&s);
		unwatch_data();
		landed.frame = image.frame;
		if (ring) {
			landed.gs = s.kernel_gs;
			landed.kernel_gs = s.gs;
		}
		EXPECT(&events[0], &landed, .type = EXCEPTION, .vector = DB, .trap = true,
		       .rip = image.frame.rip, .data = 2, .dr6 = DR6_CLEAR | 2,
		       .level = ring ? 0 : 1);
	}
}

/* IRETQ within ring 0 */
CODE(iretq, "iretq");

static void on_iret_image(uint64_t unused)
{
	(void)unused;
	for (unsigned word = 0; word < 5; word++) {
		struct start s = start_in(0, iretq), landed;

		test_case("word", word);
		pops.word[0] = (uint64_t)two_nops;
		pops.word[1] = s.frame.cs;
		pops.word[2] = s.frame.rflags;
		pops.word[3] = s.frame.rsp;
		pops.word[4] = (uint16_t)s.frame.ss;
		landed = s;
		landed.frame.rip = (uint64_t)two_nops;
		s.frame.rsp = (uint64_t)pops.word;
		watch_data(3, (uint64_t)&pops.word[word], 8);
		run(&s);
		unwatch_data();
		EXPECT(&events[0], &landed, .type = EXCEPTION, .vector = DB, .trap = true,
		       .rip = landed.frame.rip, .data = 8, .dr6 = DR6_CLEAR | 8, .level = 1);
	}
}

/* reads and writes that an implementation may carry out by software */
CODE(do_lmsw, "lmsw (%rax); nop");
CODE(do_smsw, "smsw (%rax); nop");

static void on_machine_status(uint64_t smsw)
{
	static uint16_t word __attribute__((aligned(8)));
	const uint8_t *code = smsw ? do_smsw : do_lmsw, *end = smsw ? do_smsw_end : do_lmsw_end;

	for (unsigned n = 0; n < 4; n++) {
		struct start s = start_in(0, code);

		test_case("breakpoint", n);
		word = smsw ? 0 : read_cr0();
		s.regs.rax = (uint64_t)&word;
		watch_data(n, (uint64_t)&word, 2);
		run(&s);
		unwatch_data();
		EXPECT(&events[0], &s, .type = EXCEPTION, .vector = DB, .trap = true,
		       .rip = (uint64_t)end - 1, .data = 1 << n, .dr6 = DR6_CLEAR | 1 << n,
		       .level = 1);
		check_equal("machine status word", word, (uint16_t)read_cr0());
	}
}

/* the stack's segment: #SS, as for any operand there */
CODE(lmsw_at_rsp, "lmsw 8(%rsp)");

static void lmsw_stack(uint64_t unused)
{
	struct start s = start_in(0, lmsw_at_rsp);

	(void)unused;
	s.frame.rsp = 1ull << 63;
	set_levels(LEVEL(SS, 1));
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = SS, .rip = s.frame.rip, .level = 1);
}

/* beside it, or on writes alone: nothing */
static void beside_image(uint64_t unused)
{
	struct start s = start_return(0, 0);

	(void)unused;
	good_image(0);
	watch_data(0, (uint64_t)&image.frame, 8); /* the error code is not popped */
	run(&s);
	check_equal("type", type_of(&events[0]), SOFTWARE_EXCEPTION);
	set_breakpoint(0, (uint64_t)&image.frame.rip);
	write_dr7(DR7_FIXED | DR7_LOCAL(0) | DR7_WRITE8(0));
	run(&s);
	unwatch_data();
	check_equal("type", type_of(&events[0]), SOFTWARE_EXCEPTION);
}

static void step(uint64_t ring)
{
	struct start s = start_in(ring, two_nops);

	s.frame.rflags |= FLAG_TF | FLAGS_HARMLESS;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = DB, .rip = s.frame.rip + 1, .trap = true,
	       .data = DR6_BS, .dr6 = DR6_CLEAR | DR6_BS, .level = ring ? 0 : 1);
}

static enum action step_on(const struct event *e, struct frame *frame)
{
	(void)e;
	(void)frame;
	return event_count < 2 ? RESUME : STOP;
}

/* returned from with TF still set: the next step, one instruction on */
static void two_steps(uint64_t ring)
{
	struct start s = start_in(ring, two_nops);

	s.frame.rflags |= FLAG_TF;
	on_event = step_on;
	run(&s);
	check_equal("events", event_count, 2);
	EXPECT(&events[1], &s, .type = EXCEPTION, .vector = DB, .rip = s.frame.rip + 2,
	       .trap = true, .data = DR6_BS, .dr6 = DR6_CLEAR | DR6_BS, .level = ring ? 0 : 1);
}

static void execute(uint64_t ring)
{
	for (unsigned n = 0; n < 4; n++) {
		struct start s = start_in(ring, two_nops);

		test_case("breakpoint", n);
		set_breakpoint(n, s.frame.rip + 1);
		write_dr7(DR7_FIXED | DR7_LOCAL(n));
		write_dr6(DR6_CLEAR);
		EXPECT(run(&s), &s, .type = EXCEPTION, .vector = DB, .rip = s.frame.rip + 1,
		       .trap = true, .data = 1 << n, .dr6 = DR6_CLEAR | 1 << n,
		       .level = ring ? 0 : 1);
	}
}

static void resume_flag(uint64_t ring)
{
	struct start s = start_in(ring, two_nops);

	set_breakpoint(0, s.frame.rip);
	write_dr7(DR7_FIXED | DR7_LOCAL(0));
	s.frame.rflags |= FLAG_RF;
	check_ran(run(&s), two_nops_end);
}

/* RF is for one instruction, also for those that an implementation may carry out by software */
CODE(rdmsr_nop, "rdmsr; nop");

static void resume_flag_ends(uint64_t unused)
{
	struct start s = start_in(0, rdmsr_nop);

	(void)unused;
	set_breakpoint(0, s.frame.rip);
	set_breakpoint(1, s.frame.rip + 2);
	write_dr7(DR7_FIXED | DR7_LOCAL(0) | DR7_LOCAL(1));
	s.frame.rflags |= FLAG_RF;
	s.regs.rcx = FRED_STKLVLS;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = DB, .rip = s.frame.rip + 2, .any_rf = true,
	       .data = 2, .dr6 = DR6_CLEAR | 2, .level = 1, .any_regs = true);
}

static void data_write(uint64_t ring)
{
	for (unsigned n = 0; n < 4; n++) {
		struct start s = start_in(ring, store);

		test_case("breakpoint", n);
		set_breakpoint(n, (uint64_t)&watched);
		write_dr7(DR7_FIXED | DR7_LOCAL(n) | DR7_WRITE8(n));
		write_dr6(DR6_CLEAR);
		s.regs.rax = (uint64_t)&watched;
		EXPECT(run(&s), &s, .type = EXCEPTION, .vector = DB, .rip = (uint64_t)store_end - 1,
		       .trap = true, .data = 1 << n, .dr6 = DR6_CLEAR | 1 << n,
		       .level = ring ? 0 : 1);
	}
}

static void write_and_step(uint64_t ring)
{
	struct start s = start_in(ring, store);

	set_breakpoint(2, (uint64_t)&watched);
	write_dr7(DR7_FIXED | DR7_LOCAL(2) | DR7_WRITE8(2));
	s.regs.rax = (uint64_t)&watched;
	s.frame.rflags |= FLAG_TF;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = DB, .rip = (uint64_t)store_end - 1,
	       .trap = true, .data = DR6_BS | 4, .dr6 = DR6_CLEAR | DR6_BS | 4,
	       .level = ring ? 0 : 1);
}

static void not_sticky(uint64_t ring)
{
	struct start s = start_in(ring, two_nops);

	write_dr6(DR6_CLEAR | DR6_BD); /* bits 3:0 may be cleared, this one is not */
	s.frame.rflags |= FLAG_TF;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = DB, .rip = s.frame.rip + 1, .trap = true,
	       .data = DR6_BS, .dr6 = DR6_CLEAR | DR6_BS | DR6_BD, .level = ring ? 0 : 1);
}

/* a breakpoint's bit is not in the next event's data, though nobody cleared DR6 */
static void not_sticky_sequence(uint64_t ring)
{
	struct start s = start_in(ring, two_nops);

	set_breakpoint(1, s.frame.rip + 1);
	write_dr7(DR7_FIXED | DR7_LOCAL(1));
	run(&s);
	check_equal("event data of the breakpoint", events[0].frame.data, 2);
	set_breakpoint(1, 0);
	write_dr7(DR7_FIXED);
	s.frame.rflags |= FLAG_TF;
	run(&s);
	EXPECT(&events[0], &s, .type = EXCEPTION, .vector = DB, .rip = s.frame.rip + 1,
	       .trap = true, .data = DR6_BS, .dr6 = events[0].dr6, .level = ring ? 0 : 1);
	check(events[0].dr6 & DR6_BS, "BS in DR6");
}

/* nor a step's, the other way round */
static void not_sticky_reverse(uint64_t ring)
{
	struct start s = start_in(ring, two_nops);

	s.frame.rflags |= FLAG_TF;
	run(&s);
	check_equal("event data of the step", events[0].frame.data, DR6_BS);
	s.frame.rflags &= ~FLAG_TF;
	set_breakpoint(1, s.frame.rip + 1);
	write_dr7(DR7_FIXED | DR7_LOCAL(1));
	run(&s);
	check_equal("event data of the breakpoint", events[0].frame.data, 2);
}

static void general_detect(uint64_t write)
{
	struct start s = start_in(0, write ? write_dr : read_dr);

	write_dr7(DR7_FIXED | DR7_GD);
	run(&s);
	write_dr7(DR7_FIXED);
	EXPECT(&events[0], &s, .type = EXCEPTION, .vector = DB, .rip = s.frame.rip, .data = DR6_BD,
	       .dr6 = DR6_CLEAR | DR6_BD, .level = 1);
}

/* Bit 11: bus locks, 16: RTM, zero when they happen; ones for ever where the CPU has neither */
static void dr6_reserved(uint64_t unused)
{
	struct cpuid seven = cpuid(7, 0);
	uint64_t can_be_0 = (seven.ecx >> 24 & 1) << 11 | (seven.ebx >> 11 & 1) << 16;

	(void)unused;
	write_dr6(0);
	check_equal("0, read back", read_dr6(), DR6_CLEAR & ~can_be_0);
	write_dr6(0xffffffff);
	check_equal("ones, read back", read_dr6(), 0xffffefff);
}

CODE(to_dr4, "mov %rax, %db4");
CODE(from_dr5, "mov %db5, %rax");
CODE(to_dr6, "mov %rax, %db6");

/* DR4 and DR5 are DR6 and DR7, but #UD with CR4.DE */
static void dr4_dr5(uint64_t unused)
{
	struct start to = start_in(0, to_dr4), from = start_in(0, from_dr5);

	(void)unused;
	to.regs.rax = DR6_CLEAR | 3;
	run(&to);
	check_ran(&events[0], to_dr4_end);
	check_equal("DR6", read_dr6(), DR6_CLEAR | 3);
	run(&from);
	check_ran(&events[0], from_dr5_end);
	check_equal("DR5", events[0].regs.rax, read_dr7());
	write_cr4(read_cr4() | CR4_DE);
	write_dr6(DR6_CLEAR);
	EXPECT(run(&to), &to, .type = EXCEPTION, .vector = UD, .rip = to.frame.rip);
	EXPECT(run(&from), &from, .type = EXCEPTION, .vector = UD, .rip = from.frame.rip);
}

static void dr6_high(uint64_t unused)
{
	(void)unused;
	for (unsigned bit = 32; bit < 64; bit++) {
		struct start s = start_in(0, to_dr6);

		test_case("bit", bit);
		s.regs.rax = DR6_CLEAR | 1ull << bit;
		EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
	}
}

static const struct test tests[] = {
	{"dr6-high", RULE_DR6_RESERVED, dr6_high},
	{"dr4-dr5", RULE_DR4_DR5, dr4_dr5},
	{"dr6-reserved", RULE_DR6_RESERVED, dr6_reserved},
	{"step-user", RULE_FRAME_STEP, step, 3},
	{"step-kernel", RULE_FRAME_STEP, step, 0},
	{"two-steps-user", RULE_FRAME_STEP, two_steps, 3},
	{"two-steps-kernel", RULE_FRAME_STEP, two_steps, 0},
	{"execute-user", RULE_FRAME_BREAKPOINT, execute, 3},
	{"execute-kernel", RULE_FRAME_BREAKPOINT, execute, 0},
	{"resume-flag-user", RULE_ERETS_RFLAGS_RESTORED, resume_flag, 3},
	{"resume-flag-kernel", RULE_ERETS_RFLAGS_RESTORED, resume_flag, 0},
	{"resume-flag-ends", RULE_FRAME_BREAKPOINT, resume_flag_ends},
	{"write-user", RULE_FRAME_BREAKPOINT, data_write, 3},
	{"write-kernel", RULE_FRAME_BREAKPOINT, data_write, 0},
	{"write-and-step-user", RULE_FRAME_BREAKPOINT, write_and_step, 3},
	{"write-and-step-kernel", RULE_FRAME_BREAKPOINT, write_and_step, 0},
	{"erets-image", RULE_FRAME_BREAKPOINT, on_image, 0},
	{"eretu-image", RULE_FRAME_BREAKPOINT, on_image, 3},
	{"iret-image", RULE_FRAME_BREAKPOINT, on_iret_image},
	{"beside-image", RULE_FRAME_BREAKPOINT, beside_image},
	{"lmsw-operand", RULE_FRAME_BREAKPOINT, on_machine_status, 0},
	{"smsw-operand", RULE_FRAME_BREAKPOINT, on_machine_status, 1},
	{"lmsw-stack", RULE_TYPE_EXCEPTION, lmsw_stack},
	{"not-sticky-user", RULE_FRAME_DB_NOT_STICKY, not_sticky, 3},
	{"not-sticky-kernel", RULE_FRAME_DB_NOT_STICKY, not_sticky, 0},
	{"not-sticky-sequence-user", RULE_FRAME_DB_NOT_STICKY, not_sticky_sequence, 3},
	{"not-sticky-sequence-kernel", RULE_FRAME_DB_NOT_STICKY, not_sticky_sequence, 0},
	{"not-sticky-reverse-user", RULE_FRAME_DB_NOT_STICKY, not_sticky_reverse, 3},
	{"not-sticky-reverse-kernel", RULE_FRAME_DB_NOT_STICKY, not_sticky_reverse, 0},
	{"general-detect-read", RULE_FRAME_BD, general_detect, 0},
	{"general-detect-write", RULE_FRAME_BD, general_detect, 1},
};
GROUP(debug, "debug", tests);
