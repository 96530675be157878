// SPDX-License-Identifier: MIT
/*
 * Reference 2, type 3: every hardware exception that an instruction can raise at will, from
 * both rings. A row says how, and what error code and event data it must have.
 */
#include "suite.h"
#include "softcpu/softcpu.h"

CODE(divide, "div %rcx");
CODE(ud2_code, "ud2");
CODE(load_ds, "mov %eax, %ds");
CODE(load_ss, "mov %eax, %ss");
CODE(push_rax, "push %rax");
CODE(read_rax, "mov (%rax), %rbx");
CODE(write_rax, "mov %rbx, (%rax)");
CODE(jump_rax, "jmp *%rax");
CODE(halt, "hlt");
CODE(x87_load, "fld1");
CODE(x87_wait, "fwait");
CODE(sse_divide, "divss %xmm1, %xmm0");
CODE32(bound_32, "bound %eax, (%ebx)");

#define NOT_CANONICAL 0x8000000000000000ull
#define OWN_LEVEL     1 /* an event's that cannot use the stack it was met on */

static void setup_divide(struct start *s)
{
	s->regs.rcx = 0;
}

static void setup_nm(struct start *s)
{
	(void)s;
	write_cr0(read_cr0() | CR0_TS);
}

static void setup_absent_data(struct start *s)
{
	s->regs.rax = SEL_ABSENT_DATA;
}

static void setup_bad_selector(struct start *s)
{
	s->regs.rax = 0xfff8;
}

static void setup_bad_stack(struct start *s)
{
	s->frame.rsp = NOT_CANONICAL;
	set_levels(LEVEL(SS, OWN_LEVEL) | LEVEL(GP, OWN_LEVEL));
}

static void setup_not_canonical(struct start *s)
{
	s->regs.rax = NOT_CANONICAL;
}

static void setup_absent_page(struct start *s)
{
	s->regs.rax = PAGE(3) + 0x123;
}

static void setup_read_only(struct start *s)
{
	map_page(3, PAGE_USER_RO);
	s->regs.rax = PAGE(3) + 0x123;
}

static void setup_kernel_page(struct start *s)
{
	map_page(3, PAGE_KERNEL);
	s->regs.rax = PAGE(3) + 0x123;
}

static void setup_two_pages(struct start *s)
{
	map_page(3, PAGE_USER);
	s->regs.rax = PAGE(4) - 3;
}

static void setup_mf(struct start *s)
{
	static const uint16_t unmasked = 0x360; /* #IA, #DE and the like */

	(void)s;
	__asm__ volatile("fninit; fldcw %0; fld1; fldz; fdivrp" : : "m"(unmasked));
}

static void setup_xm(struct start *s)
{
	static const uint32_t unmasked = 0x1d80, one = 0x3f800000;

	(void)s;
	__asm__ volatile("ldmxcsr %0; xorps %%xmm1, %%xmm1; movss %1, %%xmm0"
			 :
			 : "m"(unmasked), "m"(one));
}

static void setup_ac(struct start *s)
{
	write_cr0(read_cr0() | CR0_AM);
	s->frame.rflags |= FLAG_AC;
	s->regs.rax = user_stack_top() - 127;
}

static void setup_bound(struct start *s)
{
	static const int32_t bounds[2] = {1, 5};

	s->frame.cs = USER_CS32;
	s->regs.rax = 9;
	s->regs.rbx = (uint64_t)bounds;
}

/* `error` for ring 0; a page fault of ring 3 has bit 2 besides */
static const struct exception {
	const uint8_t *code;
	void (*setup)(struct start *s);
	uint8_t vector;
	uint16_t error;
	uint64_t data;
	bool at_data; /* the return address is the data: a fetch */
	bool own_level;
	bool compatibility;
} exceptions_table[] = {
	{divide, setup_divide, DE},
	{ud2_code, NULL, UD},
	{x87_load, setup_nm, NM},
	{load_ds, setup_absent_data, NP, SEL_ABSENT_DATA & ~3},
	{load_ss, setup_absent_data, SS, SEL_ABSENT_DATA & ~3},
	{push_rax, setup_bad_stack, SS, .own_level = true},
	{read_rax, setup_not_canonical, GP},
	{load_ds, setup_bad_selector, GP, 0xfff8},
	{halt, NULL, GP},
	{read_rax, setup_absent_page, PF, 0, PAGE(3) + 0x123},
	{write_rax, setup_absent_page, PF, 2, PAGE(3) + 0x123},
	{write_rax, setup_read_only, PF, 3, PAGE(3) + 0x123},
	{jump_rax, setup_absent_page, PF, 0x10, PAGE(3) + 0x123, .at_data = true},
	{read_rax, setup_kernel_page, PF, 1, PAGE(3) + 0x123},
	{write_rax, setup_two_pages, PF, 2, PAGE(4)},
	{x87_wait, setup_mf, MF},
	{sse_divide, setup_xm, XM},
	{read_rax, setup_ac, AC},
	{bound_32, setup_bound, BR, .compatibility = true},
};
enum {
	DIVIDE,
	UNDEFINED,
	NO_FPU,
	ABSENT,
	ABSENT_STACK,
	BAD_STACK,
	PROTECTION,
	SELECTOR,
	PRIVILEGE,
	READ,
	WRITE,
	READ_ONLY,
	FETCH,
	SUPERVISOR,
	SECOND_PAGE,
	X87,
	SSE,
	ALIGNMENT,
	BOUND
};
#define RING0 0x100

static void raised(uint64_t which)
{
	const struct exception *x = &exceptions_table[which & 0xff];
	unsigned ring = which & RING0 ? 0 : 3;
	struct start s = start_in(ring, x->code);
	bool page = x->vector == PF;

	s.frame.rflags |= FLAGS_HARMLESS;
	if (x->setup)
		x->setup(&s);
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = x->vector,
	       .error = x->error | (page && ring ? 4 : 0), .data = x->data,
	       .rip = x->at_data ? x->data : s.frame.rip, .compatibility = x->compatibility,
	       .level = x->own_level && !ring ? OWN_LEVEL : 0);
}

/* Both words of the cause, with CR2 and the data of an earlier #PF about */
static void page_fault_twice(uint64_t ring)
{
	struct start s = start_in(ring, read_rax);

	s.regs.rax = PAGE(5);
	run(&s);
	s.regs.rax = PAGE(6) + 8;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = PF, .error = ring ? 4 : 0,
	       .data = PAGE(6) + 8, .rip = s.frame.rip);
}

CODE(inject_mc, "vmmcall");

static void machine_check(uint64_t unused)
{
	struct start s = start_in(0, inject_mc);

	(void)unused;
	s.regs.rax = SOFTCPU_HC_INJECT;
	s.regs.rbx = MC;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = MC, .rip = (uint64_t)inject_mc_end,
	       .level = 2, .any_regs = true);
}

static const char *needs_injection(void)
{
	return on_softcpu() ? NULL : "no way to raise a machine check here";
}

#define NO_SS "QEMU's TCG raises #GP for a stack that is not canonical"
#define NO_XM "QEMU's TCG raises no #XM"
#define NO_AC "QEMU's TCG raises no #AC"

static const struct test tests[] = {
	{"de-user", RULE_TYPE_EXCEPTION, raised, DIVIDE},
	{"de-kernel", RULE_TYPE_EXCEPTION, raised, DIVIDE | RING0},
	{"br-user", RULE_TYPE_EXCEPTION, raised, BOUND},
	{"ud-user", RULE_TYPE_EXCEPTION, raised, UNDEFINED},
	{"ud-kernel", RULE_TYPE_EXCEPTION, raised, UNDEFINED | RING0},
	{"nm-user", RULE_FRAME_NM, raised, NO_FPU},
	{"nm-kernel", RULE_FRAME_NM, raised, NO_FPU | RING0},
	{"np-user", RULE_TYPE_EXCEPTION, raised, ABSENT},
	{"np-kernel", RULE_TYPE_EXCEPTION, raised, ABSENT | RING0},
	{"ss-segment-user", RULE_TYPE_EXCEPTION, raised, ABSENT_STACK},
	{"ss-stack-user", RULE_TYPE_EXCEPTION, raised, BAD_STACK, NULL, NO_SS},
	{"ss-stack-kernel", RULE_TYPE_EXCEPTION, raised, BAD_STACK | RING0, NULL, NO_SS},
	{"gp-user", RULE_TYPE_EXCEPTION, raised, PROTECTION},
	{"gp-kernel", RULE_TYPE_EXCEPTION, raised, PROTECTION | RING0},
	{"gp-selector-user", RULE_TYPE_EXCEPTION, raised, SELECTOR},
	{"gp-selector-kernel", RULE_TYPE_EXCEPTION, raised, SELECTOR | RING0},
	{"gp-privilege-user", RULE_TYPE_EXCEPTION, raised, PRIVILEGE},
	{"pf-read-user", RULE_FRAME_PAGE_FAULT, raised, READ},
	{"pf-read-kernel", RULE_FRAME_PAGE_FAULT, raised, READ | RING0},
	{"pf-write-user", RULE_FRAME_PAGE_FAULT, raised, WRITE},
	{"pf-write-kernel", RULE_FRAME_PAGE_FAULT, raised, WRITE | RING0},
	{"pf-read-only-user", RULE_FRAME_PAGE_FAULT, raised, READ_ONLY},
	{"pf-read-only-kernel", RULE_FRAME_PAGE_FAULT, raised, READ_ONLY | RING0},
	{"pf-fetch-user", RULE_FRAME_PAGE_FAULT, raised, FETCH},
	{"pf-fetch-kernel", RULE_FRAME_PAGE_FAULT, raised, FETCH | RING0},
	{"pf-supervisor-user", RULE_FRAME_PAGE_FAULT, raised, SUPERVISOR},
	{"pf-second-page-user", RULE_FRAME_PAGE_FAULT, raised, SECOND_PAGE},
	{"pf-second-page-kernel", RULE_FRAME_PAGE_FAULT, raised, SECOND_PAGE | RING0},
	{"pf-twice-user", RULE_FRAME_PAGE_FAULT, page_fault_twice, 3},
	{"pf-twice-kernel", RULE_FRAME_PAGE_FAULT, page_fault_twice, 0},
	{"mf-user", RULE_TYPE_EXCEPTION, raised, X87},
	{"mf-kernel", RULE_TYPE_EXCEPTION, raised, X87 | RING0},
	{"ac-user", RULE_TYPE_EXCEPTION, raised, ALIGNMENT, NULL, NO_AC},
	{"mc-kernel", RULE_TYPE_EXCEPTION, machine_check, 0, needs_injection},
	{"xm-user", RULE_TYPE_EXCEPTION, raised, SSE, NULL, NO_XM},
	{"xm-kernel", RULE_TYPE_EXCEPTION, raised, SSE | RING0, NULL, NO_XM},
};
GROUP(exceptions, "exceptions", tests);
