// SPDX-License-Identifier: MIT
/*
 * Reference 4, SS bit 17: what a step over an event is. With the bit, the handler's return
 * traps at once: the step was the SYSCALL or INT n. Without it, the next instruction runs first.
 */
#include "returns.h"

CODE(step_syscall, "syscall; nop; nop");
CODE(step_sysenter, "sysenter; nop; nop");
CODE(step_int_n, "int $0x80; nop; nop");
CODE(step_int_1, ".byte 0xcd, 0x01; nop; nop");
CODE(step_int3, "int3; nop; nop");
CODE(nops, "nop; nop");

enum over { CALL, ENTER, INT_N, INT_1, BREAK };
#define CLEARED 0x100 /* the handler clears bit 17 */
#define RING0	0x200

static const struct {
	const uint8_t *code;
	unsigned length;
	bool software;
} overs[] = {
	[CALL] = {step_syscall, 2, true}, [ENTER] = {step_sysenter, 2, true},
	[INT_N] = {step_int_n, 2, true},  [INT_1] = {step_int_1, 2, true},
	[BREAK] = {step_int3, 1, false},
};
static bool clear_bit;

static enum action then_step(const struct event *e, struct frame *frame)
{
	(void)e;
	if (event_count > 1)
		return STOP;
	if (clear_bit)
		frame->ss &= ~SS_SOFTWARE;
	return RESUME;
}

static void step_over(uint64_t which)
{
	unsigned over = which & 0xff, ring = which & RING0 ? 0 : 3;
	struct start s = start_in(ring, overs[over].code);
	bool at_once = overs[over].software && !(which & CLEARED);

	clear_bit = which & CLEARED;
	on_event = then_step;
	s.frame.rflags |= FLAG_TF;
	run(&s);
	check_equal("events", event_count, 2);
	check_equal("SS bit 17", !!(events[0].frame.ss & SS_SOFTWARE), overs[over].software);
	check_equal("event data of the software event, which is no #DB", events[0].frame.data, 0);
	check(events[0].frame.rflags & FLAG_TF, "TF in the frame of the software event");
	EXPECT(&events[1], &s, .type = EXCEPTION, .vector = DB, .trap = true,
	       .rip = s.frame.rip + overs[over].length + (at_once ? 0 : 1), .data = DR6_BS,
	       .dr6 = DR6_CLEAR | DR6_BS, .level = ring ? 0 : 1);
}

/* the return instruction alone: bits of the frame, no event before */
static void returned_to(uint64_t which)
{
	unsigned ring = which & RING0 ? 0 : 3;
	struct start s = start_in(ring, nops);

	s.frame.rflags |= FLAG_TF;
	s.frame.ss |= which & CLEARED ? 0 : SS_SOFTWARE;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = DB, .trap = true,
	       .rip = s.frame.rip + (which & CLEARED ? 1 : 0), .data = DR6_BS,
	       .dr6 = DR6_CLEAR | DR6_BS, .level = ring ? 0 : 1);
}

/* TF counts as it was when the instruction began: the return itself is stepped over */
static void over_return(uint64_t ring)
{
	struct start s = start_return(ring, 0), landed;

	good_image(ring);
	s.frame.rflags |= FLAG_TF;
	run(&s);
	landed = s;
	landed.frame = image.frame;
	if (ring) {
		landed.gs = s.kernel_gs;
		landed.kernel_gs = s.gs;
	}
	EXPECT(&events[0], &landed, .type = EXCEPTION, .vector = DB, .trap = true,
	       .rip = image.frame.rip, .data = DR6_BS, .dr6 = DR6_CLEAR | DR6_BS,
	       .level = ring ? 0 : 1);
}

/* the #DB that an ERETS makes due finds the STI blocking that the same ERETS restored */
static void step_and_sti(uint64_t with_bit)
{
	struct start s = start_return(0, 0), landed = s;

	good_image(0);
	image.frame.rflags |= FLAG_IF | FLAG_TF;
	image.frame.ss |= SS_SOFTWARE | (with_bit ? SS_STI : 0);
	run(&s);
	landed.frame = image.frame;
	EXPECT(&events[0], &landed, .type = EXCEPTION, .vector = DB, .trap = true,
	       .rip = image.frame.rip, .data = DR6_BS, .dr6 = DR6_CLEAR | DR6_BS, .level = 1,
	       .ss_bits = with_bit ? SS_STI : 0);
}

/* A step over STI ends behind it, and the #DB finds the blocking in force */
CODE(step_sti, "sti; nop");

static void over_sti(uint64_t unused)
{
	struct start s = start_in(0, step_sti);

	(void)unused;
	s.frame.rflags |= FLAG_TF;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = DB, .rip = s.frame.rip + 1,
	       .rflags = FLAG_FIXED | FLAG_TF | FLAG_IF, .data = DR6_BS, .dr6 = DR6_CLEAR | DR6_BS,
	       .level = 1, .ss_bits = SS_STI);
}

#define STI_STEP "QEMU 7.2's TCG raises no single-step trap right behind an STI"

static void bit_without_tf(uint64_t ring)
{
	struct start s = start_in(ring, nops);

	s.frame.ss |= SS_SOFTWARE;
	check_ran(run(&s), nops_end);
}

/* An interrupt waits too: the #DB comes first, in its handler nothing is enabled */
static void before_interrupt(uint64_t ring)
{
	struct start s = start_in(ring, nops);

	send_interrupt(0x44);
	s.frame.rflags |= FLAG_TF | FLAG_IF;
	s.frame.ss |= SS_SOFTWARE;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = DB, .trap = true, .rip = s.frame.rip,
	       .data = DR6_BS, .dr6 = DR6_CLEAR | DR6_BS, .level = ring ? 0 : 1);
}

static const struct test tests[] = {
	{"syscall-user", RULE_ERET_STEP, step_over, CALL},
	{"sysenter-user", RULE_ERET_STEP, step_over, ENTER},
	{"int-n-user", RULE_ERET_STEP, step_over, INT_N},
	{"int-1-user", RULE_ERET_STEP, step_over, INT_1},
	{"int-1-kernel", RULE_ERET_STEP, step_over, INT_1 | RING0},
	{"int3-user", RULE_ERET_STEP, step_over, BREAK},
	{"syscall-kernel", RULE_ERET_STEP, step_over, CALL | RING0},
	{"int-n-kernel", RULE_ERET_STEP, step_over, INT_N | RING0},
	{"int3-kernel", RULE_ERET_STEP, step_over, BREAK | RING0},
	{"syscall-cleared-user", RULE_ERET_STEP, step_over, CALL | CLEARED},
	{"int-n-cleared-user", RULE_ERET_STEP, step_over, INT_N | CLEARED},
	{"syscall-cleared-kernel", RULE_ERET_STEP, step_over, CALL | CLEARED | RING0},
	{"int-n-cleared-kernel", RULE_ERET_STEP, step_over, INT_N | CLEARED | RING0},
	{"eretu-bit", RULE_ERET_STEP, returned_to, 0},
	{"eretu-no-bit", RULE_ERET_STEP, returned_to, CLEARED},
	{"erets-bit", RULE_ERET_STEP, returned_to, RING0},
	{"erets-no-bit", RULE_ERET_STEP, returned_to, RING0 | CLEARED},
	{"over-eretu", RULE_ERET_STEP, over_return, 3},
	{"over-erets", RULE_ERET_STEP, over_return, 0},
	{"erets-bit-and-sti", RULE_FRAME_STI, step_and_sti, 1},
	{"erets-bit-no-sti", RULE_FRAME_STI, step_and_sti, 0},
	{"over-sti", RULE_FRAME_STEP, over_sti, 0, NULL, STI_STEP},
	{"eretu-bit-no-tf", RULE_ERET_STEP, bit_without_tf, 3},
	{"erets-bit-no-tf", RULE_ERET_STEP, bit_without_tf, 0},
	{"before-interrupt-user", RULE_ERET_STEP, before_interrupt, 3},
	{"before-interrupt-kernel", RULE_ERET_STEP, before_interrupt, 0},
};
GROUP(stepping, "stepping", tests);
