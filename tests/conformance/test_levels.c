// SPDX-License-Identifier: MIT
/* Reference 3: which level, which stack. Each test goes through all levels and all CSLs. */
#include "suite.h"

CODE(undefined, "ud2");
CODE(int3, "int3");
CODE(int1, ".byte 0xf1");
CODE(int_13, "int $13");
CODE(do_syscall, "syscall");
CODE(do_sysenter, "sysenter");
CODE(nops, "nop; nop");

enum kind { FAULT, TRAP, BREAK, INT_N, CALL, ENTER, DEVICE, UNMASKABLE };

static const struct {
	const uint8_t *code;
	enum event_type type;
	uint8_t vector, length;
} kinds[] = {
	[FAULT] = {undefined, EXCEPTION, UD},
	[TRAP] = {int1, PRIVILEGED_SOFTWARE, DB, 1},
	[BREAK] = {int3, SOFTWARE_EXCEPTION, BP, 1},
	[INT_N] = {int_13, SOFTWARE_INTERRUPT, GP, 2},
	[CALL] = {do_syscall, OTHER, VECTOR_SYSCALL, 2},
	[ENTER] = {do_sysenter, OTHER, VECTOR_SYSENTER, 2},
	[DEVICE] = {nops, INTERRUPT, 0x55},
	[UNMASKABLE] = {nops, NMI, NMI},
};

static struct start start_kind(enum kind kind, unsigned ring, uint64_t csl)
{
	struct start s = start_in(ring, kinds[kind].code);

	s.frame.cs |= csl << CS_LEVEL;
	if (kind == DEVICE) {
		send_interrupt(kinds[kind].vector);
		s.frame.rflags |= FLAG_IF;
	} else if (kind == UNMASKABLE) {
		block_nmis();
		send_nmi();
		s.frame.ss |= SS_NMI;
	}
	return s;
}

static void provoke(enum kind kind, unsigned ring, uint64_t csl, unsigned level)
{
	struct start s = start_kind(kind, ring, csl);

	test_case("16 * CSL + level", 16 * csl + level);
	run(&s);
	EXPECT(&events[0], &s, .type = kinds[kind].type, .vector = kinds[kind].vector,
	       .length = kinds[kind].length, .rip = s.frame.rip + kinds[kind].length,
	       .data = kind == UNMASKABLE ? events[0].frame.data : 0, .level = level);
	end_of_interrupts();
}

static void set_level(enum kind kind, unsigned level)
{
	if (kind == DEVICE)
		set_config(3 << CONFIG_LEVEL, level << CONFIG_LEVEL);
	else
		set_levels(LEVEL(kinds[kind].vector, level));
}

/* all levels from all CSLs: new CSL = max, and the stack by it */
static void by_level(uint64_t kind)
{
	for (unsigned csl = 0; csl < 4; csl++)
		for (unsigned level = 0; level < 4; level++) {
			set_level(kind, level);
			provoke(kind, 0, csl, level);
		}
}

/* every other field of STKLVLS and CONFIG[10:9] say 3: only the own one counts */
static void own_field(uint64_t kind)
{
	uint64_t others = kind == DEVICE ? ~0ull : ~LEVEL(kinds[kind].vector, 3);

	set_levels(others);
	set_config(3 << CONFIG_LEVEL, kind == DEVICE ? 0 : 3 << CONFIG_LEVEL);
	provoke(kind, 0, 0, 0);
	set_levels(~others);
	set_config(3 << CONFIG_LEVEL, kind == DEVICE ? 3 << CONFIG_LEVEL : 0);
	provoke(kind, 0, 0, 3);
}

static void always_zero(uint64_t kind)
{
	set_levels(~0ull);
	set_config(3 << CONFIG_LEVEL, 3 << CONFIG_LEVEL);
	for (unsigned csl = 0; csl < 4; csl++)
		provoke(kind, 0, csl, 0);
}

static void csl_in_frame(uint64_t kind)
{
	set_levels(0);
	for (unsigned csl = 0; csl < 4; csl++)
		provoke(kind, 0, csl, 0);
}

static void from_user(uint64_t kind)
{
	set_levels(~0ull);
	set_config(3 << CONFIG_LEVEL, 3 << CONFIG_LEVEL);
	provoke(kind, 3, 0, 0);
}

/* the level that ring 3's code was left at, in an ERETU's CS slot or in CONFIG, is none */
static void user_csl(uint64_t unused)
{
	struct start s = start_in(3, int3);

	(void)unused;
	EXPECT(run(&s), &s, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = s.frame.rip + 1);
	check_equal("CSL in the frame", events[0].frame.cs >> CS_LEVEL & 3, 0);
	check_equal("CSL in the handler", level_of(&events[0]), 0);
}

/* ---- the same stack ---- */

static void alignment(uint64_t unused)
{
	(void)unused;
	for (unsigned low = 0; low < 64; low++) {
		struct start s = start_in(0, int3);

		test_case("RSP less", low);
		s.frame.rsp -= low;
		EXPECT(run(&s), &s, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
		       .rip = s.frame.rip + 1);
	}
}

static void gaps(uint64_t csl)
{
	for (unsigned gap = 0; gap < 8; gap++)
		for (unsigned low = 0; low < 80; low += 7) {
			struct start s = start_in(0, int3);

			test_case("gap", gap);
			set_config(7 << CONFIG_GAP, gap << CONFIG_GAP);
			s.frame.cs |= csl << CS_LEVEL;
			s.frame.rsp -= low;
			EXPECT(run(&s), &s, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
			       .rip = s.frame.rip + 1);
		}
}

static void gap_not_on_new_stack(uint64_t ring)
{
	set_config(7 << CONFIG_GAP, 7 << CONFIG_GAP);
	set_levels(LEVEL(UD, 2));
	provoke(FAULT, ring, 0, ring ? 0 : 2);
}

/* ---- nesting: the handler itself meets the next event ---- */

#define DEPTH 6

static enum action nest(const struct event *e, struct frame *frame)
{
	(void)e;
	(void)frame;
	if (event_count < DEPTH)
		__asm__ volatile("ud2");
	return STOP;
}

static void never_rewinds(uint64_t level)
{
	struct start s = start_in(level ? 0 : 3, undefined);

	set_levels(LEVEL(UD, level));
	set_config(7 << CONFIG_GAP, 1 << CONFIG_GAP);
	on_event = nest;
	run(&s);
	check_equal("events", event_count, DEPTH);
	check_equal("first frame", events[0].at, stack_top(level) - 64);
	for (unsigned i = 1; i < event_count; i++) {
		test_case("depth", i);
		check_equal("frame", events[i].at,
			    ((events[i].frame.rsp - 64) & ~63ull) - sizeof(struct frame));
		check_equal("RSP was the outer handler's", events[i].frame.rsp < events[i - 1].at,
			    1);
		check_equal("CSL", level_of(&events[i]), level);
		check_equal("CSL before", events[i].frame.cs >> CS_LEVEL & 3, level);
	}
}

/* up to level 3 and, with lower levels asked for, no step down */
static enum action climb(const struct event *e, struct frame *frame)
{
	static const uint8_t next[] = {1, 2, 3, 1, 0};

	(void)e;
	(void)frame;
	if (event_count > sizeof(next))
		return STOP;
	set_levels(LEVEL(UD, next[event_count - 1]));
	__asm__ volatile("ud2");
	return STOP;
}

static void climb_and_stay(uint64_t unused)
{
	static const uint8_t csl[] = {0, 1, 2, 3, 3, 3};
	struct start s = start_in(3, undefined);

	(void)unused;
	on_event = climb;
	run(&s);
	check_equal("events", event_count, sizeof(csl));
	for (unsigned i = 1; i < event_count && i < sizeof(csl); i++) {
		test_case("depth", i);
		check_equal("CSL", level_of(&events[i]), csl[i]);
		check_equal("CSL before", events[i].frame.cs >> CS_LEVEL & 3, csl[i - 1]);
		if (csl[i] > csl[i - 1])
			check_equal("frame", events[i].at, stack_top(csl[i]) - 64);
		else
			check_equal("frame", events[i].at, (events[i].frame.rsp & ~63ull) - 64);
	}
}

/* ---- policies of kernels ---- */

static const struct {
	uint64_t levels;
	uint8_t debug, unmaskable;
} policies[] = {
	{LINUX_LEVELS, 1, 2},
	{LEVEL(MC, 2) | LEVEL(DF, 3), 0, 0}, /* Xen */
	{0, 0, 0},			     /* flat */
};

static void policy(uint64_t which)
{
	set_levels(policies[which].levels);
	provoke(TRAP, 0, 0, policies[which].debug);
	provoke(UNMASKABLE, 0, 0, policies[which].unmaskable);
	provoke(UNMASKABLE, 0, 3, policies[which].unmaskable);
	provoke(FAULT, 0, 0, 0);
	provoke(BREAK, 0, 0, 0);
	provoke(DEVICE, 0, 0, 0);
	provoke(FAULT, 0, 2, 0);
	for (enum kind kind = FAULT; kind <= UNMASKABLE; kind++)
		provoke(kind, 3, 0, 0);
}

static const struct test tests[] = {
	{"exception", RULE_LEVEL_EXCEPTION, by_level, FAULT},
	{"int1", RULE_LEVEL_SOFTWARE, by_level, TRAP},
	{"int3", RULE_LEVEL_SOFTWARE, by_level, BREAK},
	{"interrupt", RULE_LEVEL_INTERRUPT, by_level, DEVICE},
	{"nmi", RULE_LEVEL_NMI, by_level, UNMASKABLE},
	{"own-field-exception", RULE_LEVEL_EXCEPTION, own_field, FAULT},
	{"own-field-int1", RULE_LEVEL_SOFTWARE, own_field, TRAP},
	{"own-field-int3", RULE_LEVEL_SOFTWARE, own_field, BREAK},
	{"own-field-interrupt", RULE_LEVEL_INTERRUPT, own_field, DEVICE},
	{"own-field-nmi", RULE_LEVEL_NMI, own_field, UNMASKABLE},
	{"csl-in-frame-int3", RULE_FRAME_CSL, csl_in_frame, BREAK},
	{"csl-in-frame-interrupt", RULE_FRAME_CSL, csl_in_frame, DEVICE},
	{"zero-int-n", RULE_LEVEL_ZERO, always_zero, INT_N},
	{"zero-syscall", RULE_LEVEL_ZERO, always_zero, CALL},
	{"zero-sysenter", RULE_LEVEL_ZERO, always_zero, ENTER},
	{"user-exception", RULE_LEVEL_USER, from_user, FAULT},
	{"user-int1", RULE_LEVEL_USER, from_user, TRAP},
	{"user-int3", RULE_LEVEL_USER, from_user, BREAK},
	{"user-int-n", RULE_LEVEL_USER, from_user, INT_N},
	{"user-syscall", RULE_LEVEL_USER, from_user, CALL},
	{"user-sysenter", RULE_LEVEL_USER, from_user, ENTER},
	{"user-interrupt", RULE_LEVEL_USER, from_user, DEVICE},
	{"user-nmi", RULE_LEVEL_USER, from_user, UNMASKABLE},
	{"user-csl", RULE_RING3_CSL0, user_csl},
	{"alignment", RULE_STACK_SAME, alignment},
	{"gap-csl0", RULE_STACK_GAP, gaps, 0},
	{"gap-csl2", RULE_STACK_GAP, gaps, 2},
	{"gap-not-user", RULE_STACK_NEW, gap_not_on_new_stack, 3},
	{"gap-not-kernel", RULE_STACK_NEW, gap_not_on_new_stack, 0},
	{"never-rewinds-0", RULE_STACK_NEVER_REWINDS, never_rewinds, 0},
	{"never-rewinds-1", RULE_STACK_NEVER_REWINDS, never_rewinds, 1},
	{"never-rewinds-2", RULE_STACK_NEVER_REWINDS, never_rewinds, 2},
	{"never-rewinds-3", RULE_STACK_NEVER_REWINDS, never_rewinds, 3},
	{"climb-and-stay", RULE_LEVEL_MAX, climb_and_stay},
	{"policy-linux", RULE_LEVEL_POLICIES, policy, 0},
	{"policy-xen", RULE_LEVEL_POLICIES, policy, 1},
	{"policy-flat", RULE_LEVEL_POLICIES, policy, 2},
};
GROUP(levels, "levels", tests);
