// SPDX-License-Identifier: MIT
/* Reference 3: the frame's words and the state in the handler. */
#include "suite.h"

CODE(int3, "int3");
CODE(undefined, "ud2");
CODE(sti_fault, "sti");
CODE(sti_int3, "sti; int3");
CODE(sti_int_n, "sti; int $0x80");
CODE(sti_syscall, "sti; syscall");
CODE(sti_int1, "sti; .byte 0xf1");
CODE(sti_nop, "sti; nop");
CODE(load_ss, "mov %edx, %ss");

#define EXPECT_INT3(s, ...)                                                      \
	EXPECT(run(s), s, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1, \
	       .rip = (s)->frame.rip + 1, ##__VA_ARGS__)

static void entry_page(uint64_t ring)
{
	struct start s = start_in(ring, int3);

	EXPECT_INT3(&s);
	wrmsr(FRED_CONFIG, (rdmsr(FRED_CONFIG) & 0xfff) | (uint64_t)other_entry_page);
	run(&s);
	check_equal("entry point", events[0].where, 0x1000 + (ring ? 0 : ENTRY_RING0));
}

static void rflags_cleared(uint64_t ring)
{
	/* CF PF AF ZF SF TF IF DF OF, NT, AC, ID; the TF of INT n makes no step of its own */
	struct start s = start_in(ring, scratch_code);

	scratch_code[0] = 0xcd;
	scratch_code[1] = 0x77;
	s.frame.rflags |= FLAGS_HARMLESS | FLAG_TF | FLAG_IF | FLAG_NT | FLAG_AC;
	EXPECT(run(&s), &s, .type = SOFTWARE_INTERRUPT, .vector = 0x77, .length = 2,
	       .rip = s.frame.rip + 2);
}

static void each_flag(uint64_t ring)
{
	uint64_t flags = FLAGS_HARMLESS | FLAG_IF | FLAG_NT | FLAG_AC | (ring ? 0 : FLAG_IOPL);

	for (unsigned bit = 0; bit < 22; bit++) {
		struct start s = start_in(ring, int3);

		if (!(flags >> bit & 1))
			continue;
		test_case("flag", bit);
		s.frame.rflags |= 1ull << bit;
		EXPECT_INT3(&s);
	}
}

/* Selectors that no descriptor table has: if delivery looked there, it would fault. */
static void star_without_descriptors(uint64_t unused)
{
	struct start s = start_in(3, int3);

	(void)unused;
	wrmsr(MSR_STAR, (uint64_t)USER_CS32 << 48 | 0x4320ull << 32);
	EXPECT_INT3(&s);
}

/* STAR's own bits 1:0 are no part of CS; whether they are of SS is not said */
static void star_rpl(uint64_t unused)
{
	struct start s = start_in(3, int3);

	(void)unused;
	wrmsr(MSR_STAR, (uint64_t)USER_CS32 << 48 | (uint64_t)(KERNEL_CS | 3) << 32);
	EXPECT_INT3(&s);
}

CODE(reload_segments, "mov %edx, %ss; mov %rsp, %rbx; push %rcx; push %rax; lretq");

static void kernel_segments_kept(uint64_t unused)
{
	struct start s = start_in(0, reload_segments), t = s;

	(void)unused;
	s.regs.rdx = SEL_OTHER_KERNEL_SS;
	s.regs.rcx = SEL_OTHER_KERNEL_CS;
	s.regs.rax = (uint64_t)int3;
	run(&s);
	t.frame.cs = SEL_OTHER_KERNEL_CS;
	t.frame.ss = SEL_OTHER_KERNEL_SS;
	EXPECT(&events[0], &t, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)int3_end, .any_regs = true);
}

static void gs_bases(uint64_t ring)
{
	static const uint64_t bases[] = {0, 1, 0x7fffffffffff, 0xffff800000000000, ~0ull};

	for (unsigned i = 0; i < 5; i++)
		for (unsigned j = 0; j < 5; j++) {
			struct start s = start_in(ring, int3);

			s.gs = bases[i];
			s.kernel_gs = bases[j];
			EXPECT_INT3(&s);
		}
}

/* IDTR's limit is 0 and the TSS's stacks are nowhere in all tests; here they are in no memory */
static void no_idt_no_tss(uint64_t ring)
{
	struct table_register idtr = {0xfff, PAGE(7)};
	struct start s = start_in(ring, undefined);

	__asm__ volatile("lidt %0" : : "m"(idtr));
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip);
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip);
}

static void return_rsp(uint64_t ring)
{
	static const uint64_t values[] = {0,
					  1,
					  0xffffffff,
					  0x123456789abcdef,
					  0x7fffffffffffffff,
					  0x8000000000000000,
					  0xfedcba9876543211,
					  ~0ull};

	set_levels(LEVEL(BP, 1));
	for (unsigned i = 0; i < sizeof(values) / 8; i++) {
		struct start s = start_in(ring, int3);

		test_case("RSP", values[i]);
		s.frame.rsp = values[i];
		EXPECT(run(&s), &s, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
		       .rip = s.frame.rip + 1, .rsp = values[i], .level = ring ? 0 : 1);
		check_equal("RSP", events[0].frame.rsp, values[i]);
	}
}

/* The frame alone lies on the upper page; the handler uses the lower one */
static void frame_write(uint64_t read_only)
{
	struct start s = start_in(3, int3);

	map_page(8, PAGE_KERNEL);
	map_page(9, read_only ? PAGE_KERNEL_RO : PAGE_KERNEL);
	wrmsr(FRED_RSP(0), PAGE(9) + sizeof(struct frame));
	if (read_only)
		write_cr0(read_cr0() & ~CR0_WP);
	EXPECT_INT3(&s);
	check(page_entry(9) & PAGE_ACCESSED, "accessed bit");
	check(page_entry(9) & PAGE_DIRTY, "dirty bit");
}

static void rf_saved(uint64_t ring)
{
	struct start fault = start_in(ring, undefined), trap = start_in(ring, int3);

	EXPECT(run(&fault), &fault, .type = EXCEPTION, .vector = UD, .rip = fault.frame.rip,
	       .rflags = FLAG_FIXED | FLAG_RF);
	fault.frame.rflags |= FLAG_RF;
	EXPECT(run(&fault), &fault, .type = EXCEPTION, .vector = UD, .rip = fault.frame.rip,
	       .rflags = FLAG_FIXED | FLAG_RF);
	EXPECT_INT3(&trap, .rflags = FLAG_FIXED);
	trap.frame.rflags |= FLAG_RF;
	EXPECT_INT3(&trap, .rflags = FLAG_FIXED);
}

/* ---- STI blocking ---- */

#define FLAGS_STI (FLAG_FIXED | FLAG_IF)

static void sti_then_fault(uint64_t already)
{
	struct start s = start_in(0, sti_fault);

	if (already)
		s.frame.rflags |= FLAG_IF;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = (uint64_t)sti_fault_end,
	       .rflags = FLAGS_STI | FLAG_RF, .ss_bits = already ? 0 : SS_STI);
}

static void sti_then_software(uint64_t unused)
{
	struct start a = start_in(0, sti_int3), b = start_in(0, sti_int_n),
		     c = start_in(0, sti_syscall), d = start_in(0, sti_int1);

	(void)unused;
	EXPECT(run(&a), &a, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)sti_int3_end, .rflags = FLAGS_STI, .ss_bits = SS_STI);
	EXPECT(run(&b), &b, .type = SOFTWARE_INTERRUPT, .vector = 0x80, .length = 2,
	       .rip = (uint64_t)sti_int_n_end, .rflags = FLAGS_STI, .ss_bits = SS_STI);
	EXPECT(run(&c), &c, .type = OTHER, .vector = VECTOR_SYSCALL, .length = 2,
	       .rip = (uint64_t)sti_syscall_end, .rflags = FLAGS_STI, .ss_bits = SS_STI);
	EXPECT(run(&d), &d, .type = PRIVILEGED_SOFTWARE, .vector = DB, .length = 1,
	       .rip = (uint64_t)sti_int1_end, .rflags = FLAGS_STI, .ss_bits = SS_STI, .level = 1);
}

static void sti_then_later(uint64_t unused)
{
	struct start s = start_in(0, sti_nop);

	(void)unused;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = (uint64_t)sti_nop_end,
	       .rflags = FLAGS_STI | FLAG_RF);
}

/* Bit 16 behind a MOV SS is open (reference 5a): all else of the frame is compared */
static void mov_ss_then_fault(uint64_t unused)
{
	struct start s = start_in(0, load_ss);
	struct event e;

	(void)unused;
	s.regs.rdx = KERNEL_SS;
	s.frame.rflags |= FLAG_IF;
	e = *run(&s);
	e.frame.ss &= ~(uint64_t)SS_STI;
	EXPECT(&e, &s, .type = EXCEPTION, .vector = UD, .rip = (uint64_t)load_ss_end);
}

CODE(load_ss_int3, "mov %edx, %ss; int3");

/* the same address, first with STI blocking that an ERETS brought back */
static void mov_ss_after_erets(uint64_t unused)
{
	struct start s = start_in(0, load_ss_int3), t = start_in(0, load_ss_int3 + 2);
	struct event e;

	(void)unused;
	s.regs.rdx = KERNEL_SS;
	s.frame.rflags |= FLAG_IF;
	t.frame.rflags |= FLAG_IF;
	t.frame.ss |= SS_STI;
	EXPECT_INT3(&t, .ss_bits = SS_STI);
	e = *run(&s);
	e.frame.ss &= ~(uint64_t)SS_STI;
	EXPECT(&e, &s, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)load_ss_int3_end);
}

#define STI_ALREADY "QEMU's interrupt shadow is there after every STI, whatever IF was"

static const struct test tests[] = {
	{"entry-user", RULE_ENTRY_USER, entry_page, 3},
	{"entry-kernel", RULE_ENTRY_KERNEL, entry_page, 0},
	{"rflags-user", RULE_STATE_RFLAGS, rflags_cleared, 3},
	{"rflags-kernel", RULE_STATE_RFLAGS, rflags_cleared, 0},
	{"each-flag-user", RULE_STATE_RFLAGS, each_flag, 3},
	{"each-flag-kernel", RULE_STATE_RFLAGS, each_flag, 0},
	{"star-no-descriptor", RULE_STATE_SEGMENTS, star_without_descriptors},
	{"star-rpl", RULE_STATE_SEGMENTS, star_rpl},
	{"kernel-segments", RULE_STATE_SEGMENTS_KEPT, kernel_segments_kept},
	{"gs-user", RULE_STATE_GS, gs_bases, 3},
	{"gs-kernel", RULE_STATE_GS, gs_bases, 0},
	{"no-idt-user", RULE_STATE_NO_IDT, no_idt_no_tss, 3},
	{"no-idt-kernel", RULE_STATE_NO_IDT, no_idt_no_tss, 0},
	{"return-rsp-user", RULE_FRAME_RSP, return_rsp, 3},
	{"return-rsp-kernel", RULE_FRAME_RSP, return_rsp, 0},
	{"frame-write", RULE_STACK_WRITE, frame_write, 0},
	{"frame-write-protected", RULE_STACK_WRITE, frame_write, 1},
	{"rf-user", RULE_FRAME_RF, rf_saved, 3},
	{"rf-kernel", RULE_FRAME_RF, rf_saved, 0},
	{"sti-fault", RULE_FRAME_STI, sti_then_fault, 0},
	{"sti-software", RULE_FRAME_STI, sti_then_software},
	{"sti-later", RULE_FRAME_STI, sti_then_later},
	{"sti-already", RULE_FRAME_STI_ALREADY, sti_then_fault, 1, NULL, STI_ALREADY},
	{"mov-ss-fault", RULE_FRAME_MOV_SS, mov_ss_then_fault},
	{"mov-ss-after-erets", RULE_FRAME_MOV_SS, mov_ss_after_erets},
};
GROUP(delivery, "delivery", tests);
