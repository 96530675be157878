// SPDX-License-Identifier: MIT
/* Reference 6: an NMI inside the handler of anything, and anything inside an NMI's handler. */
#include "suite.h"

CODE(undefined, "ud2");
CODE(int3, "int3");
CODE(int_n, "int $0x80");
CODE(do_syscall, "syscall");
CODE(read_rax, "mov (%rax), %rbx");
CODE(nops, "nop; nop");
/* as the handler runs them: interrupts open for a moment; one step */
CODE(let_in, "sti; nop; cli");
CODE(one_step, "pushfq; orl $0x100, (%rsp); popfq; nop");

enum what { FAULT, PAGE_FAULT, BREAK, INT_N, CALL, DEVICE, STEP };

static struct start start_what(enum what what, unsigned ring)
{
	static const uint8_t *const codes[] = {
		[FAULT] = undefined, [PAGE_FAULT] = read_rax, [BREAK] = int3, [INT_N] = int_n,
		[CALL] = do_syscall, [DEVICE] = nops,	      [STEP] = nops,
	};
	struct start s = start_in(ring, codes[what]);

	s.regs.rax = PAGE(1);
	if (what == STEP)
		s.frame.rflags |= FLAG_TF;
	if (what == DEVICE) {
		send_interrupt(0x66);
		s.frame.rflags |= FLAG_IF;
	}
	return s;
}

/* ---- an NMI inside the handler of anything ---- */

static struct frame outer;

static enum action nmi_inside(const struct event *e, struct frame *frame)
{
	if (type_of(e) == NMI)
		return RESUME;
	outer = *frame;
	send_nmi();
	for (int i = 0; i < 3000 && event_count < 2; i++)
		pause();
	for (unsigned i = 0; i < 8; i++)
		check_equal("the outer frame", ((uint64_t *)frame)[i], ((uint64_t *)&outer)[i]);
	return STOP;
}

static void inside(uint64_t which)
{
	unsigned ring = which & 0x100 ? 0 : 3;
	struct start s = start_what(which & 0xff, ring);
	const struct event *e = &events[1];

	set_levels(LEVEL(DB, 1) | LEVEL(NMI, 2));
	on_event = nmi_inside;
	run(&s);
	on_event = NULL;
	check_equal("events", event_count, 2);
	check_equal("type", type_of(e), NMI);
	check_equal("vector", vector_of(e), NMI);
	check_equal("entry point", e->where, ENTRY_RING0);
	check_equal("its frame", e->at, stack_top(2) - sizeof(struct frame));
	check_equal("CSL", level_of(e), 2);
	check_equal("CSL before", e->frame.cs >> CS_LEVEL & 3, level_of(&events[0]));
	check_equal("SS bits", e->frame.ss & (7ull << 16), SS_NMI);
	check_equal("GS base, not swapped again", e->gs, events[0].gs);
	check_equal("KERNEL_GS_BASE", e->kernel_gs, events[0].kernel_gs);
	check_equal("CR2, not touched", e->cr2, events[0].cr2);
	check(!nmis_blocked(), "its ERETS unblocked NMIs");
}

/* ---- anything inside an NMI handler: its return leaves NMIs blocked ---- */

static const uint8_t *inner, *inner_end;

/* The code inside is called. What faults is stepped over; its UD2 becomes a RET. */
static void step_over(const struct event *e, struct frame *frame)
{
	if (is_exception(e, UD) && e->frame.rip == (uint64_t)inner_end) {
		frame->rip = *(uint64_t *)frame->rsp;
		frame->rsp += 8;
	} else {
		frame->rip = (uint64_t)inner_end;
		frame->rflags &= ~(FLAG_TF | FLAG_IF);
	}
}

static enum action event_inside(const struct event *e, struct frame *frame)
{
	if (event_count > 1) {
		step_over(e, frame);
		return RESUME;
	}
	__asm__ volatile("call *%0" : : "r"(inner), "a"(PAGE(1)) : "memory", "rbx");
	return STOP;
}

static void outside(uint64_t which)
{
	static const uint8_t *const codes[][2] = {
		[FAULT] = {undefined, undefined_end},
		[PAGE_FAULT] = {read_rax, read_rax_end},
		[BREAK] = {int3, int3_end},
		[INT_N] = {int_n, int_n_end},
		[CALL] = {do_syscall, do_syscall_end},
		[DEVICE] = {let_in, let_in_end},
		[STEP] = {one_step, one_step_end},
	};
	struct start s = start_in(which & 0x100 ? 0 : 3, nops);

	inner = codes[which & 0xff][0];
	inner_end = codes[which & 0xff][1];
	if (inner == let_in)
		send_interrupt(0x50);
	set_levels(0); /* all on one stack */
	block_nmis();
	send_nmi();
	s.frame.ss |= SS_NMI;
	on_event = event_inside;
	run(&s);
	on_event = NULL;
	check_equal("events: NMI, the one inside, the UD2 behind it", event_count, 3);
	check_equal("first", type_of(&events[0]), NMI);
	check_equal("stack of the one inside", events[1].at,
		    (events[1].frame.rsp & ~63ull) - sizeof(struct frame));
	check_equal("CSL of the one inside", level_of(&events[1]), level_of(&events[0]));
	check(nmis_blocked(), "its ERETS left NMIs blocked");
	check_equal("NMIs that come when they are unblocked", nmis_after_unblock(), 1);
}

#define IN_RING0 0x100

static const struct test tests[] = {
	{"inside-ud-user", RULE_NMI_INSIDE, inside, FAULT},
	{"inside-pf-user", RULE_NMI_INSIDE, inside, PAGE_FAULT},
	{"inside-int3-user", RULE_NMI_INSIDE, inside, BREAK},
	{"inside-int-n-user", RULE_NMI_INSIDE, inside, INT_N},
	{"inside-syscall-user", RULE_NMI_INSIDE, inside, CALL},
	{"inside-interrupt-user", RULE_NMI_INSIDE, inside, DEVICE},
	{"inside-db-user", RULE_NMI_INSIDE, inside, STEP},
	{"inside-ud-kernel", RULE_NMI_INSIDE, inside, FAULT | IN_RING0},
	{"inside-pf-kernel", RULE_NMI_INSIDE, inside, PAGE_FAULT | IN_RING0},
	{"inside-int3-kernel", RULE_NMI_INSIDE, inside, BREAK | IN_RING0},
	{"inside-int-n-kernel", RULE_NMI_INSIDE, inside, INT_N | IN_RING0},
	{"inside-syscall-kernel", RULE_NMI_INSIDE, inside, CALL | IN_RING0},
	{"inside-interrupt-kernel", RULE_NMI_INSIDE, inside, DEVICE | IN_RING0},
	{"inside-db-kernel", RULE_NMI_INSIDE, inside, STEP | IN_RING0},
	{"outside-ud", RULE_NMI_OUTSIDE, outside, FAULT},
	{"outside-pf", RULE_NMI_OUTSIDE, outside, PAGE_FAULT},
	{"outside-int3", RULE_NMI_OUTSIDE, outside, BREAK},
	{"outside-int-n", RULE_NMI_OUTSIDE, outside, INT_N},
	{"outside-syscall", RULE_NMI_OUTSIDE, outside, CALL},
	{"outside-interrupt", RULE_NMI_OUTSIDE, outside, DEVICE},
	{"outside-db", RULE_NMI_OUTSIDE, outside, STEP},
	{"outside-ud-kernel", RULE_NMI_OUTSIDE, outside, FAULT | IN_RING0},
	{"outside-pf-kernel", RULE_NMI_OUTSIDE, outside, PAGE_FAULT | IN_RING0},
	{"outside-int3-kernel", RULE_NMI_OUTSIDE, outside, BREAK | IN_RING0},
};
GROUP(nmi_nesting, "nmi-nesting", tests);
