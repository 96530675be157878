// SPDX-License-Identifier: MIT
/* Reference 5, LKGS: a MOV to GS whose base goes to IA32_KERNEL_GS_BASE. */
#include "suite.h"

CODE(lkgs_eax, ".byte 0xf2, 0x0f, 0x00, 0xf0");
CODE(lkgs_r8d, ".byte 0xf2, 0x41, 0x0f, 0x00, 0xf0");
CODE(lkgs_at_rax, ".byte 0xf2, 0x0f, 0x00, 0x30");
CODE(lkgs_disp8, ".byte 0xf2, 0x0f, 0x00, 0x73, 0x10");	       /* 0x10(%rbx) */
CODE(lkgs_index, ".byte 0xf2, 0x0f, 0x00, 0x34, 0xcb");	       /* (%rbx,%rcx,8) */
CODE(lkgs_at_rsp, ".byte 0xf2, 0x0f, 0x00, 0x74, 0x24, 0x08"); /* 8(%rsp) */
CODE(lkgs_rip, ".byte 0xf2, 0x0f, 0x00, 0x35; .long lkgs_selector - . - 4");
CODE(lock_lkgs, ".byte 0xf0, 0xf2, 0x0f, 0x00, 0xf0");
CODE32(lkgs_compat, ".byte 0xf2, 0x0f, 0x00, 0xf0");

extern uint16_t lkgs_selector[16]; /* the snippets name it */
uint16_t lkgs_selector[16];

static void check_loaded(const uint8_t *end, const struct start *s, uint16_t selector,
			 uint64_t base)
{
	const struct event *e = &events[0];

	check_ran(e, end);
	check_equal("GS selector", read_gs(), selector);
	check_equal("KERNEL_GS_BASE", e->kernel_gs, base);
	check_equal("GS base, not changed", e->gs, s->gs);
}

static const struct {
	uint16_t selector;
	uint64_t base;
} good[] = {
	{SEL_BASED_DATA, DATA_BASE},
	{SEL_KERNEL_BASED_DATA, DATA_BASE},
	{SEL_LDT_BASED_DATA, DATA_BASE + 0x1000},
	{USER_SS, 0},
	{SEL_READABLE_CODE, 0},
	{SEL_READ_ONLY_DATA, 0},
	{0, 0},
	{1, 0},
	{3, 0},
};

static void by_register(uint64_t unused)
{
	(void)unused;
	for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct start s = start_in(0, lkgs_eax), t = start_in(0, lkgs_r8d);

		test_case("selector", good[i].selector);
		s.regs.rax = 0xffffffffffff0000 | good[i].selector; /* only 15:0 count */
		run(&s);
		check_loaded(lkgs_eax_end, &s, good[i].selector, good[i].base);
		t.regs.r8 = good[i].selector;
		run(&t);
		check_loaded(lkgs_r8d_end, &t, good[i].selector, good[i].base);
	}
}

static void by_memory(uint64_t unused)
{
	static const struct {
		const uint8_t *code, *end;
	} forms[] = {
		{lkgs_at_rax, lkgs_at_rax_end}, {lkgs_disp8, lkgs_disp8_end},
		{lkgs_index, lkgs_index_end},	{lkgs_at_rsp, lkgs_at_rsp_end},
		{lkgs_rip, lkgs_rip_end},
	};

	(void)unused;
	for (unsigned form = 0; form < 5; form++)
		for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
			struct start s = start_in(0, forms[form].code);
			uint64_t at = (uint64_t)lkgs_selector;

			test_case("16 * form + row", 16 * form + i);
			lkgs_selector[0] = good[i].selector;
			s.regs.rax = at;
			s.regs.rcx = 3;
			s.regs.rbx = form == 1 ? at - 0x10 : at - 24;
			if (form == 3) {
				s.frame.rsp = (uint64_t)pops.word;
				pops.word[1] = good[i].selector;
			}
			run(&s);
			check_loaded(forms[form].end, &s, good[i].selector, good[i].base);
		}
}

static const struct {
	uint16_t selector;
	uint8_t vector;
	uint16_t error;
} bad[] = {
	{SEL_GDT_END + 8, GP, SEL_GDT_END + 8},
	{0xfff8, GP, 0xfff8},
	{0x2c, GP, 0x2c}, /* behind the LDT's end */
	{TSS_SEL, GP, TSS_SEL},
	{LDT_SEL, GP, LDT_SEL},
	{SEL_EXECUTE_ONLY, GP, SEL_EXECUTE_ONLY & ~3},
	{SEL_KERNEL_BASED_DATA | 3, GP, SEL_KERNEL_BASED_DATA},
	{SEL_ABSENT_DATA, NP, SEL_ABSENT_DATA & ~3},
};

static void faults(uint64_t memory)
{
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct start s = start_in(0, memory ? lkgs_at_rax : lkgs_eax);
		uint16_t gs_before = read_gs();

		test_case("selector", bad[i].selector);
		lkgs_selector[0] = bad[i].selector;
		s.regs.rax = memory ? (uint64_t)lkgs_selector : bad[i].selector;
		EXPECT(run(&s), &s, .type = EXCEPTION, .vector = bad[i].vector,
		       .error = bad[i].error, .rip = s.frame.rip);
		check_equal("GS selector", read_gs(), gs_before);
	}
}

static void memory_faults(uint64_t unused)
{
	struct start s = start_in(0, lkgs_at_rax), t = start_in(0, lkgs_at_rsp);

	(void)unused;
	s.regs.rax = PAGE(1) + 2;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = PF, .rip = s.frame.rip,
	       .data = PAGE(1) + 2);
	s.regs.rax = 1ull << 63;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
	t.frame.rsp = 1ull << 63;
	set_levels(LEVEL(SS, 1));
	EXPECT(run(&t), &t, .type = EXCEPTION, .vector = SS, .rip = t.frame.rip, .level = 1);
}

/* ModRM is the page's last byte: the displacement cannot be fetched */
static void second_page_absent(uint64_t unused)
{
	static const uint8_t code[] = {0xf2, 0x0f, 0x00, 0x73};
	struct start s;

	(void)unused;
	map_page(3, PAGE_KERNEL);
	__builtin_memcpy((void *)(PAGE(4) - sizeof(code)), code, sizeof(code));
	s = start_in(0, (void *)(PAGE(4) - sizeof(code)));
	s.regs.rbx = (uint64_t)lkgs_selector;
	run(&s);
	EXPECT(&events[0], &s, .type = EXCEPTION, .vector = PF,
	       .error = events[0].frame.error & 0x10, .rip = s.frame.rip, .data = PAGE(4));
}

/* F2 and prefixes, 0F 00, ModRM, four bytes of displacement: 15 bytes work, 16 are #GP(0) */
static void too_long(uint64_t unused)
{
	(void)unused;
	lkgs_selector[0] = SEL_BASED_DATA;
	for (unsigned length = 8; length <= 16; length++) {
		struct start s = start_in(0, scratch_code);
		unsigned prefixes = length - 7;

		test_case("length", length);
		__builtin_memset(scratch_code, 0x3e, prefixes);
		__builtin_memcpy(scratch_code + prefixes - 1, "\xf2\x0f\x00\xb3\x10\0\0\0\x0f\x0b",
				 10); /* LKGS 0x10(%rbx); UD2 */
		s.regs.rbx = (uint64_t)lkgs_selector - 0x10;
		run(&s);
		if (length <= 15)
			check_loaded(scratch_code + length, &s, SEL_BASED_DATA, DATA_BASE);
		else
			EXPECT(&events[0], &s, .type = EXCEPTION, .vector = GP, .rip = s.frame.rip);
	}
}

static void ring3(uint64_t unused)
{
	struct start s = start_in(3, lkgs_eax), t = start_in(3, lkgs_compat);

	(void)unused;
	s.regs.rax = SEL_BASED_DATA;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip);
	t.frame.cs = USER_CS32;
	EXPECT(run(&t), &t, .type = EXCEPTION, .vector = UD, .rip = t.frame.rip,
	       .compatibility = true);
}

/* the same through the IDT */
static void ring3_without_fred(uint64_t unused)
{
	struct start s = start_in(3, lkgs_eax);

	(void)unused;
	fred_off();
	s.regs.rax = SEL_BASED_DATA;
	run(&s);
	check(is_exception(&events[0], UD), "#UD through the IDT");
	check_equal("RIP", events[0].frame.rip, s.frame.rip);
}

/* a data breakpoint on the operand: #DB behind the instruction, which is done */
static void breakpoint_on_operand(uint64_t unused)
{
	struct start s = start_in(0, lkgs_at_rax);

	(void)unused;
	for (unsigned n = 0; n < 4; n++) {
		test_case("breakpoint", n);
		lkgs_selector[0] = SEL_BASED_DATA;
		s.regs.rax = (uint64_t)lkgs_selector;
		watch_data(n, s.regs.rax, 2);
		run(&s);
		unwatch_data();
		s.kernel_gs = DATA_BASE;
		EXPECT(&events[0], &s, .type = EXCEPTION, .vector = DB,
		       .rip = (uint64_t)lkgs_at_rax_end, .trap = true, .data = 1 << n,
		       .dr6 = DR6_CLEAR | 1 << n, .level = 1);
		check_equal("GS selector", read_gs(), SEL_BASED_DATA);
	}
}

static void locked(uint64_t unused)
{
	struct start s = start_in(0, lock_lkgs);

	(void)unused;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip);
}

static void without_fred(uint64_t memory)
{
	struct start s = start_in(0, memory ? lkgs_at_rax : lkgs_eax);

	fred_off();
	lkgs_selector[0] = SEL_BASED_DATA;
	s.regs.rax = memory ? (uint64_t)lkgs_selector : SEL_BASED_DATA;
	run(&s);
	check_loaded(memory ? lkgs_at_rax_end : lkgs_eax_end, &s, SEL_BASED_DATA, DATA_BASE);
}

/* conforming code has no DPL to obey */
static void conforming(uint64_t unused)
{
	struct start s = start_in(0, lkgs_eax);

	(void)unused;
	gdt[SEL_READABLE_CODE / 8] = 0x00af9f000000ffff;
	s.regs.rax = SEL_READABLE_CODE;
	run(&s);
	check_loaded(lkgs_eax_end, &s, SEL_READABLE_CODE, 0);
}

static void accessed(uint64_t unused)
{
	struct start s = start_in(0, lkgs_eax);

	(void)unused;
	gdt[SEL_BASED_DATA / 8] &= ~(1ull << 40);
	s.regs.rax = SEL_BASED_DATA;
	run(&s);
	check_loaded(lkgs_eax_end, &s, SEL_BASED_DATA, DATA_BASE);
	check(gdt[SEL_BASED_DATA / 8] >> 40 & 1, "accessed bit");
}

static void faults_without_fred(uint64_t unused)
{
	struct start s = start_in(0, lkgs_eax);

	(void)unused;
	fred_off();
	s.regs.rax = SEL_ABSENT_DATA;
	run(&s);
	check(is_exception(&events[0], NP), "#NP through the IDT");
	check_equal("error code", events[0].frame.error, SEL_ABSENT_DATA & ~3);
	check_equal("RIP", events[0].frame.rip, s.frame.rip);
}

static const struct test tests[] = {
	{"register", RULE_LKGS_REGISTER, by_register},
	{"memory", RULE_LKGS_MEMORY, by_memory},
	{"conforming", RULE_LKGS_REGISTER, conforming},
	{"accessed", RULE_LKGS_REGISTER, accessed},
	{"faults-register", RULE_LKGS_FAULTS, faults, 0},
	{"faults-memory", RULE_LKGS_FAULTS, faults, 1},
	{"operand-faults", RULE_LKGS_FAULTS, memory_faults},
	{"second-page", RULE_LKGS_FAULTS, second_page_absent},
	{"too-long", RULE_LKGS_FAULTS, too_long},
	{"ring3", RULE_LKGS_RING0, ring3},
	{"ring3-without-fred", RULE_LKGS_RING0, ring3_without_fred},
	{"breakpoint", RULE_FRAME_BREAKPOINT, breakpoint_on_operand},
	{"lock", RULE_LKGS_RING0, locked},
	{"register-without-fred", RULE_LKGS_WITHOUT, without_fred, 0},
	{"memory-without-fred", RULE_LKGS_WITHOUT, without_fred, 1},
	{"faults-without-fred", RULE_LKGS_WITHOUT, faults_without_fred},
};
GROUP(lkgs, "lkgs", tests);
