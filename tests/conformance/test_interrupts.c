// SPDX-License-Identifier: MIT
/*
 * Reference 2, types 0 and 2. The interrupt is sent while IF = 0, the NMI while NMIs are
 * blocked: so both wait, and come exactly at the first instruction of the code under test.
 */
#include "suite.h"

CODE(two_nops, "nop; nop");
CODE(sti_nop, "sti; nop");

static void one_interrupt(unsigned ring, unsigned vector)
{
	struct start s = start_in(ring, two_nops);

	test_case("vector", vector);
	s.frame.rflags |= FLAG_IF;
	send_interrupt(vector);
	EXPECT(run(&s), &s, .type = INTERRUPT, .vector = vector, .rip = s.frame.rip);
	end_of_interrupts();
}

static void all_vectors(uint64_t ring)
{
	for (unsigned vector = 32; vector < 256; vector++)
		one_interrupt(ring, vector);
}

static void exception_vectors(uint64_t ring)
{
	for (unsigned vector = 16; vector < 32; vector++)
		one_interrupt(ring, vector);
}

static void held_back(uint64_t ring)
{
	struct start s = start_in(ring, two_nops);

	send_interrupt(0x80);
	check_ran(run(&s), two_nops_end);
	s.frame.rflags |= FLAG_IF;
	EXPECT(run(&s), &s, .type = INTERRUPT, .vector = 0x80, .rip = s.frame.rip);
}

/* two that wait: the one of higher priority first, the other right behind its return */
static enum action two_in_a_row(const struct event *e, struct frame *frame)
{
	(void)frame;
	if (event_count == 1) {
		end_of_interrupts();
		send_interrupt(0x31);
		return RESUME;
	}
	check_equal("second: RIP", e->frame.rip, (uint64_t)two_nops);
	return STOP;
}

static void behind_return(uint64_t ring)
{
	struct start s = start_in(ring, two_nops);

	on_event = two_in_a_row;
	s.frame.rflags |= FLAG_IF;
	send_interrupt(0x90);
	EXPECT(run(&s), &s, .type = INTERRUPT, .vector = 0x90, .rip = s.frame.rip);
	check_equal("events", event_count, 2);
	EXPECT(&events[1], &s, .type = INTERRUPT, .vector = 0x31, .rip = s.frame.rip);
}

static void behind_sti(uint64_t unused)
{
	struct start s = start_in(0, sti_nop);

	(void)unused;
	send_interrupt(0x40);
	EXPECT(run(&s), &s, .type = INTERRUPT, .vector = 0x40, .rip = (uint64_t)sti_nop_end,
	       .rflags = FLAG_FIXED | FLAG_IF);
}

static void one_nmi(uint64_t ring)
{
	struct start s = start_in(ring, two_nops);

	block_nmis();
	send_nmi();
	s.frame.rflags |= FLAGS_HARMLESS;
	s.frame.ss |= SS_NMI;
	EXPECT(run(&s), &s, .type = NMI, .vector = NMI, .rip = s.frame.rip,
	       .data = events[0].frame.data, .level = ring ? 0 : 2);
	check(nmis_blocked(), "NMIs are blocked in the handler");
}

/* whatever vector stands in the ICR */
static void nmi_no_data(uint64_t ring)
{
	for (unsigned vector = 0; vector < 256; vector += 5) {
		struct start s = start_in(ring, two_nops);

		test_case("vector", vector);
		block_nmis();
		send_nmi_from(vector);
		s.frame.ss |= SS_NMI;
		EXPECT(run(&s), &s, .type = NMI, .vector = NMI, .rip = s.frame.rip,
		       .level = ring ? 0 : 2);
	}
}

static const char *sources_reported(void)
{
	return cpu_has(CPUID_NMI_SOURCE) ? "CPUID has NMI-source reporting" : NULL;
}

static void nmi_first(uint64_t ring)
{
	struct start s = start_in(ring, two_nops);

	block_nmis();
	send_nmi();
	send_interrupt(0x40);
	s.frame.rflags |= FLAG_IF;
	s.frame.ss |= SS_NMI;
	EXPECT(run(&s), &s, .type = NMI, .vector = NMI, .rip = s.frame.rip,
	       .data = events[0].frame.data, .level = ring ? 0 : 2);
}

static const struct test tests[] = {
	{"vectors-user", RULE_TYPE_INTERRUPT, all_vectors, 3},
	{"vectors-kernel", RULE_TYPE_INTERRUPT, all_vectors, 0},
	{"vectors-16-31-user", RULE_TYPE_INTERRUPT_LOW, exception_vectors, 3},
	{"vectors-16-31-kernel", RULE_TYPE_INTERRUPT_LOW, exception_vectors, 0},
	{"held-back-user", RULE_TYPE_INTERRUPT, held_back, 3},
	{"held-back-kernel", RULE_TYPE_INTERRUPT, held_back, 0},
	{"behind-return-user", RULE_TYPE_INTERRUPT, behind_return, 3},
	{"behind-return-kernel", RULE_TYPE_INTERRUPT, behind_return, 0},
	{"behind-sti", RULE_TYPE_INTERRUPT, behind_sti},
	{"nmi-user", RULE_TYPE_NMI, one_nmi, 3},
	{"nmi-kernel", RULE_TYPE_NMI, one_nmi, 0},
	{"nmi-no-source-user", RULE_NMI_NO_SOURCE, nmi_no_data, 3, sources_reported},
	{"nmi-no-source-kernel", RULE_NMI_NO_SOURCE, nmi_no_data, 0, sources_reported},
	{"nmi-before-interrupt-user", RULE_TYPE_NMI, nmi_first, 3},
	{"nmi-before-interrupt-kernel", RULE_TYPE_NMI, nmi_first, 0},
};
GROUP(interrupts, "interrupts", tests);
