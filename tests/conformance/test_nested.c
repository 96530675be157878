// SPDX-License-Identifier: MIT
/*
 * Reference 3, "a fault met while pushing the frame": the first event's stack is absent
 * (#PF) or not canonical (#SS), and the fault arrives in its place.
 */
#include "suite.h"

CODE(undefined, "ud2");
CODE(divide, "div %rcx");
CODE(int3, "int3");
CODE(int_n, "int $0x80");
CODE(do_syscall, "syscall");
CODE(read_rax, "mov (%rax), %rbx");
CODE(nops, "nop; nop");

enum first { BENIGN, CONTRIBUTORY, PROTECTION, PAGE_FAULT, BREAK, INT_N, CALL, DEVICE, UNMASKABLE };
#define STACK_PAGE 8
#define BAD_RSP	   (PAGE(STACK_PAGE) + 4096) /* absent below */
#define EDGE_RSP   0xffff800000000000ull     /* canonical; what lies below it is not */

static struct start start_first(enum first first, unsigned ring)
{
	static const uint8_t *const codes[] = {
		[BENIGN] = undefined,	 [CONTRIBUTORY] = divide, [PROTECTION] = read_rax,
		[PAGE_FAULT] = read_rax, [BREAK] = int3,	  [INT_N] = int_n,
		[CALL] = do_syscall,	 [DEVICE] = nops,	  [UNMASKABLE] = nops,
	};
	struct start s = start_in(ring, codes[first]);

	s.regs.rcx = 0;
	s.regs.rax = first == PROTECTION ? 1ull << 63 : PAGE(1);
	if (first == DEVICE) {
		send_interrupt(0x66);
		s.frame.rflags |= FLAG_IF;
	} else if (first == UNMASKABLE) {
		block_nmis();
		send_nmi();
		s.frame.ss |= SS_NMI;
	}
	return s;
}

/* SS bit 18 is the NMI's own: it is clear in the fault's frame, whose return must not unblock. */
static void check_page_fault(const struct start *s, unsigned level, uint64_t rsp, unsigned error)
{
	struct event e = events[0];

	check(e.frame.data >= rsp - sizeof(struct frame) && e.frame.data < rsp,
	      "event data: an address in the frame that could not be pushed");
	EXPECT(&e, s, .type = EXCEPTION, .vector = PF, .error = error, .rip = s->frame.rip,
	       .rflags = s->frame.rflags | FLAG_RF, .data = e.frame.data, .ss_bits = SS_NESTED,
	       .level = level);
}

/* ring 3, RSP0 absent: #PF at its STKLVLS level, from the context before the first event */
static void page_fault_user(uint64_t which)
{
	for (unsigned level = 1; level < 4; level++) {
		struct start s = start_first(which, 3);

		test_case("level", level);
		wrmsr(FRED_RSP(0), BAD_RSP);
		set_levels(LEVEL(PF, level));
		run(&s);
		wrmsr(FRED_RSP(0), stack_top(0));
		check_page_fault(&s, level, BAD_RSP, 2);
		end_of_interrupts();
	}
}

static void page_fault_kernel(uint64_t which)
{
	for (unsigned level = 1; level < 4; level++) {
		struct start s = start_first(which, 0);

		test_case("level", level);
		s.frame.rsp = BAD_RSP - 8;
		set_levels(LEVEL(PF, level));
		run(&s);
		check_page_fault(&s, level, (BAD_RSP - 8) & ~63ull, 2);
		end_of_interrupts();
	}
}

/* The NMI did not reach its handler, but it was taken: others wait */
static void blocked_by_lost_nmi(uint64_t ring)
{
	struct start s = start_first(UNMASKABLE, ring);

	if (ring)
		wrmsr(FRED_RSP(0), BAD_RSP);
	else
		s.frame.rsp = BAD_RSP;
	set_levels(LEVEL(PF, 1));
	run(&s);
	wrmsr(FRED_RSP(0), stack_top(0));
	check_page_fault(&s, 1, BAD_RSP, 2);
	check(nmis_blocked(), "NMIs are blocked");
	check_equal("waiting", nmis_after_unblock(), 1);
}

/* the stack is there, but read-only */
static void read_only_stack(uint64_t ring)
{
	struct start s = start_first(BREAK, ring);

	map_page(STACK_PAGE, PAGE_KERNEL_RO);
	if (ring)
		wrmsr(FRED_RSP(0), BAD_RSP);
	else
		s.frame.rsp = BAD_RSP;
	set_levels(LEVEL(PF, 1));
	run(&s);
	check_page_fault(&s, 1, BAD_RSP, 3);
}

/* a higher level that the first event asked for is not kept: only the fault's counts */
static void level_not_kept(uint64_t unused)
{
	struct start s = start_first(BENIGN, 0);

	(void)unused;
	wrmsr(FRED_RSP(2), BAD_RSP);
	set_levels(LEVEL(UD, 2) | LEVEL(PF, 1));
	run(&s);
	check_page_fault(&s, 1, BAD_RSP, 2);
	check_equal("CSL", level_of(&events[0]), 1);
}

/* the gap counts for the nested event's frame on the same stack too */
static void same_stack(uint64_t unused)
{
	struct start s = start_first(BENIGN, 0);

	(void)unused;
	wrmsr(FRED_RSP(2), BAD_RSP);
	set_config(7 << CONFIG_GAP, 3 << CONFIG_GAP);
	set_levels(LEVEL(UD, 2));
	run(&s);
	check_page_fault(&s, 0, BAD_RSP, 2);
}

static void stack_fault(uint64_t which)
{
	struct start s = start_first(which, 3);
	struct event e;

	wrmsr(FRED_RSP(0), EDGE_RSP);
	set_levels(LEVEL(SS, 1));
	run(&s);
	e = events[0];
	/* EXT: the general rule says 1 for some of these, and nothing names FRED (reference 5a) */
	e.frame.error &= ~1ull;
	EXPECT(&e, &s, .type = EXCEPTION, .vector = SS, .rip = s.frame.rip,
	       .rflags = s.frame.rflags | FLAG_RF, .ss_bits = SS_NESTED, .level = 1);
	end_of_interrupts();
}

static void check_double_fault(const struct start *s, unsigned level)
{
	uint64_t cr2 = events[0].cr2;

	EXPECT(&events[0], s, .type = EXCEPTION, .vector = DF, .rip = s->frame.rip,
	       .rflags = s->frame.rflags | FLAG_RF, .level = level);
	if (rdmsr(FRED_RSP(0)) == BAD_RSP || s->frame.rsp == BAD_RSP)
		check(cr2 >= BAD_RSP - sizeof(struct frame) && cr2 < BAD_RSP,
		      "CR2: where the frame could not be pushed");
}

/* #PF, #GP or #DE, and then a stack that makes #PF or #SS of it: `which` | EDGE */
#define EDGE 0x100

static void double_fault(uint64_t which)
{
	for (unsigned level = 1; level < 4; level++) {
		struct start s = start_first(which & 0xff, 3);

		test_case("level", level);
		wrmsr(FRED_RSP(0), which & EDGE ? EDGE_RSP : BAD_RSP);
		set_levels(LEVEL(DF, level) | LEVEL(PF, level) | LEVEL(SS, level));
		run(&s);
		check_double_fault(&s, level);
	}
}

static void double_fault_kernel(uint64_t which)
{
	struct start s = start_first(which & 0xff, 0);

	s.frame.rsp = which & EDGE ? 1ull << 63 : BAD_RSP;
	set_levels(LEVEL(DF, 3));
	run(&s);
	check_double_fault(&s, 3);
}

/* #UD, its stack absent: #PF on level 1; that stack absent too: #DF on level 3 */
static void three_deep(uint64_t which)
{
	struct start s = start_first(which, 3);

	wrmsr(FRED_RSP(0), BAD_RSP);
	wrmsr(FRED_RSP(1), BAD_RSP);
	set_levels(LEVEL(PF, 1) | LEVEL(DF, 3));
	run(&s);
	wrmsr(FRED_RSP(1), stack_top(1));
	check_double_fault(&s, 3);
}

/* contributory, then #PF: handled one after the other (table 6-5) */
static void in_series(uint64_t which)
{
	struct start s = start_first(which, 3);

	wrmsr(FRED_RSP(0), BAD_RSP);
	set_levels(LEVEL(PF, 1) | LEVEL(DF, 3));
	run(&s);
	check_page_fault(&s, 1, BAD_RSP, 2);
}

/* The first event comes again when the nested one is returned from */
static enum action repair(const struct event *e, struct frame *frame)
{
	(void)e;
	(void)frame;
	if (event_count > 1)
		return STOP;
	map_page(STACK_PAGE, PAGE_KERNEL);
	write_cr2(0);
	set_csl(0);
	return RESUME;
}

static void again_after_repair(uint64_t which)
{
	struct start s = start_first(which, 3);

	wrmsr(FRED_RSP(0), BAD_RSP);
	set_levels(LEVEL(PF, 1));
	on_event = repair;
	run(&s);
	check_equal("events", event_count, 2);
	EXPECT(&events[1], &s, .type = which == BREAK ? SOFTWARE_EXCEPTION : SOFTWARE_INTERRUPT,
	       .vector = which == BREAK ? BP : 0x80, .length = which == BREAK ? 1 : 2,
	       .rip = s.frame.rip + (which == BREAK ? 1 : 2), .rflags = FLAG_FIXED);
}

static const struct test tests[] = {
	{"pf-exception-user", RULE_NESTED_LEVEL, page_fault_user, BENIGN},
	{"pf-contributory-user", RULE_NESTED_LEVEL, page_fault_user, CONTRIBUTORY},
	{"pf-int3-user", RULE_NESTED_LEVEL, page_fault_user, BREAK},
	{"pf-int-n-user", RULE_NESTED_LEVEL, page_fault_user, INT_N},
	{"pf-syscall-user", RULE_NESTED_LEVEL, page_fault_user, CALL},
	{"pf-interrupt-user", RULE_NESTED_LEVEL, page_fault_user, DEVICE},
	{"pf-nmi-user", RULE_NESTED_LEVEL, page_fault_user, UNMASKABLE},
	{"pf-exception-kernel", RULE_NESTED_CONTEXT, page_fault_kernel, BENIGN},
	{"pf-int3-kernel", RULE_NESTED_CONTEXT, page_fault_kernel, BREAK},
	{"pf-int-n-kernel", RULE_NESTED_CONTEXT, page_fault_kernel, INT_N},
	{"pf-syscall-kernel", RULE_NESTED_CONTEXT, page_fault_kernel, CALL},
	{"pf-interrupt-kernel", RULE_NESTED_CONTEXT, page_fault_kernel, DEVICE},
	{"pf-nmi-kernel", RULE_NESTED_CONTEXT, page_fault_kernel, UNMASKABLE},
	{"pf-nmi-blocks-user", RULE_NESTED_NMI, blocked_by_lost_nmi, 3},
	{"pf-nmi-blocks-kernel", RULE_NESTED_NMI, blocked_by_lost_nmi, 0},
	{"pf-read-only-user", RULE_NESTED_CONTEXT, read_only_stack, 3},
	{"pf-read-only-kernel", RULE_NESTED_CONTEXT, read_only_stack, 0},
	{"level-not-kept", RULE_NESTED_LEVEL, level_not_kept},
	{"same-stack", RULE_NESTED_LEVEL, same_stack},
	{"ss-exception", RULE_NESTED_BENIGN, stack_fault, BENIGN},
	{"ss-int3", RULE_NESTED_BENIGN, stack_fault, BREAK},
	{"ss-int-n", RULE_NESTED_BENIGN, stack_fault, INT_N},
	{"ss-syscall", RULE_NESTED_BENIGN, stack_fault, CALL},
	{"ss-interrupt", RULE_NESTED_BENIGN, stack_fault, DEVICE},
	{"ss-nmi", RULE_NESTED_BENIGN, stack_fault, UNMASKABLE},
	{"pf-after-de", RULE_NESTED_BENIGN, in_series, CONTRIBUTORY},
	{"pf-after-gp", RULE_NESTED_BENIGN, in_series, PROTECTION},
	{"df-pf-pf", RULE_NESTED_DF_LEVEL, double_fault, PAGE_FAULT},
	{"df-pf-ss", RULE_NESTED_DF_LEVEL, double_fault, PAGE_FAULT | EDGE},
	{"df-gp-ss", RULE_NESTED_DF_LEVEL, double_fault, PROTECTION | EDGE},
	{"df-de-ss", RULE_NESTED_DF_LEVEL, double_fault, CONTRIBUTORY | EDGE},
	{"df-pf-pf-kernel", RULE_NESTED_DF, double_fault_kernel, PAGE_FAULT},
	{"df-gp-ss-kernel", RULE_NESTED_DF, double_fault_kernel, PROTECTION | EDGE},
	{"df-pf-ss-kernel", RULE_NESTED_DF, double_fault_kernel, PAGE_FAULT | EDGE},
	{"df-third-exception", RULE_NESTED_DF, three_deep, BENIGN},
	{"df-third-int3", RULE_NESTED_DF, three_deep, BREAK},
	{"df-third-syscall", RULE_NESTED_DF, three_deep, CALL},
	{"again-int3", RULE_NESTED_CONTEXT, again_after_repair, BREAK},
	{"again-int-n", RULE_NESTED_CONTEXT, again_after_repair, INT_N},
};
GROUP(nested, "nested", tests);
