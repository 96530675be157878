// SPDX-License-Identifier: MIT
/* Reference 3, 4 and 6: what blocks NMIs, what unblocks them, and what one does inside another
 * event. Whether NMIs are blocked is asked with an NMI. */
#include "suite.h"

CODE(undefined, "ud2");
CODE(int3, "int3");
CODE(int_n, "int $0x80");
CODE(do_syscall, "syscall");
CODE(read_rax, "mov (%rax), %rbx");
CODE(nops, "nop; nop");
CODE(do_iret, "iretq");

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
	};
	struct start s = start_in(which & 0x100 ? 0 : 3, nops);

	inner = codes[which & 0xff][0];
	inner_end = codes[which & 0xff][1];
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

/* ---- ERETS, ERETU and bit 18 ---- */

static void bit18(uint64_t ring)
{
	struct start s = start_in(ring, int3);

	block_nmis();
	run(&s);
	check(nmis_blocked(), "without bit 18 NMIs stay blocked");
	s.frame.ss |= SS_NMI;
	run(&s); /* the NMI that waited since nmis_blocked() comes first */
	check_equal("type", type_of(&events[0]), NMI);
	check_equal("RIP", events[0].frame.rip, s.frame.rip);
	nmis_after_unblock();
	block_nmis();
	run(&s);
	check_equal("type", type_of(&events[0]), SOFTWARE_EXCEPTION);
	check(!nmis_blocked(), "with bit 18 they are unblocked");
}

static void bit18_when_not_blocked(uint64_t ring)
{
	struct start s = start_in(ring, int3);

	s.frame.ss |= SS_NMI;
	EXPECT(run(&s), &s, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)int3_end);
	check(!nmis_blocked(), "not blocked");
}

/* the other bits of the SS slot unblock nothing: vector, type, length of an NMI included */
static void only_bit18(uint64_t ring)
{
	struct start s = start_in(ring, int3);

	block_nmis();
	s.frame.ss |= SS_SOFTWARE | SS_STI | 0xffffffff00000000;
	run(&s);
	check_equal("type", type_of(&events[0]), SOFTWARE_EXCEPTION);
	check(nmis_blocked(), "NMIs stay blocked");
}

static void one_pending(uint64_t unused)
{
	(void)unused;
	block_nmis();
	send_nmi();
	send_nmi();
	send_nmi();
	check_equal("NMIs while they are blocked", nmis_delivered(), 0);
	check_equal("NMIs right after", nmis_after_unblock(), 1);
	check_equal("NMIs later", nmis_delivered(), 0);
}

static void blocks_in_handler(uint64_t ring)
{
	struct start s = start_in(ring, nops);

	block_nmis();
	send_nmi();
	s.frame.ss |= SS_NMI;
	run(&s);
	check_equal("type", type_of(&events[0]), NMI);
	check(nmis_blocked(), "NMIs are blocked in the handler");
	check_equal("one was pending", nmis_after_unblock(), 1);
}

static void iret_unblocks(uint64_t unused)
{
	static uint64_t words[5] __attribute__((aligned(16)));
	struct start s = start_in(0, do_iret);

	(void)unused;
	words[0] = (uint64_t)int3;
	words[1] = KERNEL_CS;
	words[2] = FLAG_FIXED | FLAGS_HARMLESS;
	words[3] = test_stack_top() - 0x40;
	words[4] = KERNEL_SS;
	s.frame.rsp = (uint64_t)words;
	block_nmis();
	run(&s);
	check_equal("type", type_of(&events[0]), SOFTWARE_EXCEPTION);
	check_equal("RIP", events[0].frame.rip, (uint64_t)int3_end);
	check_equal("RSP", events[0].frame.rsp, words[3]);
	check_equal("RFLAGS", events[0].frame.rflags, words[2]);
	check(!nmis_blocked(), "IRET unblocked NMIs");
}

/* a bad return to ring 3 that would have unblocked them: #GP in ring 0, still blocked */
CODE(do_eretu, ERETU);

static void eretu_fault(uint64_t unused)
{
	static struct {
		uint8_t room[1024];
		struct frame frame;
	} image __attribute__((aligned(64)));
	struct start s = start_in(0, do_eretu);

	(void)unused;
	image.frame = start_in(3, int3).frame;
	image.frame.ss |= SS_NMI;
	image.frame.rip = 1ull << 63;
	s.frame.rsp = (uint64_t)&image.frame;
	block_nmis();
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
	check(nmis_blocked(), "NMIs are still blocked");
	image.frame.rip = (uint64_t)int3;
	run(&s);
	check_equal("type once it is repaired", type_of(&events[0]), NMI);
	check_equal("in ring 3", events[0].where, 0);
}

/* ---- NMI sources ---- */

static const char *needs_sources(void)
{
	return cpu_has(CPUID_NMI_SOURCE) ? NULL : "CPUID has no NMI-source reporting";
}

static uint64_t bitmap_of(const uint8_t *vectors, unsigned count)
{
	struct start s = start_in(3, nops);

	block_nmis();
	for (unsigned i = 0; i < count; i++)
		send_nmi_from(vectors[i]);
	s.frame.ss |= SS_NMI;
	run(&s);
	check_equal("type", type_of(&events[0]), NMI);
	nmis_after_unblock();
	return events[0].frame.data;
}

static void each_source(uint64_t unused)
{
	(void)unused;
	for (uint8_t vector = 3; vector < 16; vector++) {
		test_case("vector", vector);
		check_equal("event data", bitmap_of(&vector, 1), 1ull << vector);
	}
}

static void no_source(uint64_t vector)
{
	uint8_t v = vector;

	check_equal("event data", bitmap_of(&v, 1), 1);
}

static void coalesced(uint64_t unused)
{
	static const uint8_t three[] = {5, 9, 14}, again[] = {7, 7};

	(void)unused;
	check_equal("event data", bitmap_of(three, 3), 1 << 5 | 1 << 9 | 1 << 14);
	check_equal("event data", bitmap_of(again, 2), 1 << 7);
	check_equal("the next one starts afresh", bitmap_of(three, 1), 1 << 5);
}

#define IN_RING0 0x100

static const struct test tests[] = {
	{"blocks-user", RULE_NMI_BLOCKS, blocks_in_handler, 3},
	{"blocks-kernel", RULE_NMI_BLOCKS, blocks_in_handler, 0},
	{"one-pending", RULE_NMI_BLOCKS, one_pending},
	{"bit18-eretu", RULE_ERET_NMI, bit18, 3},
	{"bit18-erets", RULE_ERET_NMI, bit18, 0},
	{"bit18-idle-eretu", RULE_ERET_NMI, bit18_when_not_blocked, 3},
	{"bit18-idle-erets", RULE_ERET_NMI, bit18_when_not_blocked, 0},
	{"only-bit18-eretu", RULE_ERET_NMI, only_bit18, 3},
	{"only-bit18-erets", RULE_ERET_NMI, only_bit18, 0},
	{"iret-unblocks", RULE_IRET_RING0, iret_unblocks},
	{"eretu-fault", RULE_ERETU_NMI_FAULT, eretu_fault},
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
	{"outside-ud-kernel", RULE_NMI_OUTSIDE, outside, FAULT | IN_RING0},
	{"outside-pf-kernel", RULE_NMI_OUTSIDE, outside, PAGE_FAULT | IN_RING0},
	{"outside-int3-kernel", RULE_NMI_OUTSIDE, outside, BREAK | IN_RING0},
	{"source-each", RULE_NMI_SOURCE, each_source, 0, needs_sources},
	{"source-none", RULE_NMI_SOURCE, no_source, 0, needs_sources},
	{"source-out-of-range", RULE_NMI_SOURCE, no_source, 0xc8, needs_sources},
	{"source-coalesced", RULE_NMI_SOURCE, coalesced, 0, needs_sources},
};
GROUP(nmi, "nmi", tests);
