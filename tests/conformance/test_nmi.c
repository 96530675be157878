// SPDX-License-Identifier: MIT
/* Reference 3, 4 and 6: what blocks NMIs, what unblocks them, and what one does inside another
 * event. Whether NMIs are blocked is asked with an NMI. */
#include "suite.h"

CODE(int3, "int3");
CODE(nops, "nop; nop");
CODE(do_iret, "iretq");

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
	struct start s = start_in(0, do_iret);

	(void)unused;
	pops.word[0] = (uint64_t)int3;
	pops.word[1] = KERNEL_CS;
	pops.word[2] = FLAG_FIXED | FLAGS_HARMLESS;
	pops.word[3] = test_stack_top() - 0x40;
	pops.word[4] = KERNEL_SS;
	s.frame.rsp = (uint64_t)pops.word;
	block_nmis();
	run(&s);
	check_equal("type", type_of(&events[0]), SOFTWARE_EXCEPTION);
	check_equal("RIP", events[0].frame.rip, (uint64_t)int3_end);
	check_equal("RSP", events[0].frame.rsp, pops.word[3]);
	check_equal("RFLAGS", events[0].frame.rflags, pops.word[2]);
	check(!nmis_blocked(), "IRET unblocked NMIs");
}

/* ... one that faults too: SDM 3, 6.7.1. Its CS is null */
static void iret_fault_unblocks(uint64_t unused)
{
	struct start s = start_in(0, do_iret);

	(void)unused;
	pops.word[0] = (uint64_t)int3;
	pops.word[1] = 0;
	pops.word[2] = FLAG_FIXED;
	pops.word[3] = test_stack_top() - 0x40;
	pops.word[4] = KERNEL_SS;
	s.frame.rsp = (uint64_t)pops.word;
	block_nmis();
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
	check(!nmis_blocked(), "the IRET unblocked NMIs");
}

/* a bad return to ring 3 that would have unblocked them: #GP in ring 0, still blocked */
CODE(do_eretu, ERETU);

static void eretu_fault(uint64_t unused)
{
	static struct {
		uint8_t room[STACK_ROOM];
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
	{"iret-fault-unblocks", RULE_IRET_RING0, iret_fault_unblocks},
	{"eretu-fault", RULE_ERETU_NMI_FAULT, eretu_fault},
	{"source-each", RULE_NMI_SOURCE, each_source, 0, needs_sources},
	{"source-none", RULE_NMI_SOURCE, no_source, 0, needs_sources},
	{"source-out-of-range", RULE_NMI_SOURCE, no_source, 0xc8, needs_sources},
	{"source-16", RULE_NMI_SOURCE, no_source, 16, needs_sources},
	{"source-coalesced", RULE_NMI_SOURCE, coalesced, 0, needs_sources},
};
GROUP(nmi, "nmi", tests);
