// SPDX-License-Identifier: MIT
/* Reference 5: what CR4.FRED = 1 takes away, and IRET, which it leaves within ring 0. */
#include "suite.h"

CODE(do_swapgs, "swapgs");
CODE(do_sysretq, "sysretq");
CODE(do_sysretl, "sysretl");
CODE(do_sysexit, "sysexitl");
CODE(do_sysexitq, ".byte 0x48, 0x0f, 0x35");
CODE(setssbsy, ".byte 0xf3, 0x0f, 0x01, 0xe8");
CODE(clrssbsy, ".byte 0xf3, 0x0f, 0xae, 0x30"); /* (%rax) */
CODE(do_iret, "iretq");
CODE(do_iretl, "iretl");
CODE32(iret_32, "iretl");
CODE32(int3_32, "int3");
CODE(do_lret, "lretq");
CODE(far_call, "lcall *(%rax)");
CODE(far_jump, "ljmp *(%rax)");
CODE(landing, "int3");
/* where a CPU lands that did load a 32-bit CS: straight back, to be told from a fault */
CODE32(landing_32, "ljmp $0x10, $landing");

static const uint8_t *const gone[] = {do_swapgs,   do_sysretq, do_sysretl, do_sysexit,
				      do_sysexitq, setssbsy,   clrssbsy};
enum { SWAPGS, SYSRETQ, SYSRETL, SYSEXIT, SYSEXITQ, SETSSBSY, CLRSSBSY };

#define RING3 0x100

static void undefined(uint64_t which)
{
	static uint64_t operand __attribute__((aligned(8)));
	struct start s = start_in(which & RING3 ? 3 : 0, gone[which & 0xff]);

	s.regs.rax = (uint64_t)&operand;
	s.regs.rcx = (uint64_t)landing;
	s.regs.rdx = (uint64_t)landing;
	s.regs.r11 = FLAG_FIXED;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip);
}

/* what an implementation may carry out by software */
static void locked(uint64_t unused)
{
	static const uint8_t codes[][3] = {
		{0x0f, 0xa2},	    /* CPUID */
		{0x0f, 0x32},	    /* RDMSR */
		{0x0f, 0x30},	    /* WRMSR */
		{0x0f, 0x22, 0xe0}, /* MOV to CR4 */
		{0x0f, 0x20, 0xe0}, /* MOV from CR4 */
		{0x0f, 0x23, 0xf8}, /* MOV to DR7 */
		{0x0f, 0x21, 0xf0}, /* MOV from DR6 */
		{0xcf},		    /* IRET */
	};

	(void)unused;
	for (unsigned i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct start s = start_in(0, scratch_code);

		test_case("instruction", i);
		scratch_code[0] = 0xf0;
		__builtin_memcpy(scratch_code + 1, codes[i], 3);
		s.regs.rcx = FRED_STKLVLS;
		s.regs.rax = read_cr4() & 0x7ff;
		s.frame.rsp = (uint64_t)pops.word;
		EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip);
	}
}

/* the error code names the selector that is not to be loaded (SDM 2, of each instruction) */
static void check_gp(const struct start *s, uint16_t selector)
{
	EXPECT(&events[0], s, .type = EXCEPTION, .vector = GP, .error = selector & ~3u,
	       .rip = s->frame.rip);
}

static struct start start_iret(unsigned ring, uint16_t cs, uint16_t ss)
{
	struct start s = start_in(ring, do_iret);

	pops.word[0] = (uint64_t)landing;
	pops.word[1] = cs;
	pops.word[2] = FLAG_FIXED | FLAGS_HARMLESS;
	pops.word[3] = (ring ? user_stack_top() : test_stack_top()) - 0x48;
	pops.word[4] = ss;
	s.frame.rsp = (uint64_t)pops.word;
	return s;
}

static void iret_to_ring3(uint64_t code)
{
	struct start s = start_iret(0, code, USER_SS);

	run(&s);
	check_gp(&s, code);
}

static void iret_to_ring3_32bit_operand(uint64_t unused)
{
	uint32_t *short_words = (uint32_t *)pops.word;
	struct start s = start_in(0, do_iretl);

	(void)unused;
	short_words[0] = (uint32_t)(uint64_t)landing;
	short_words[1] = USER_CS32;
	short_words[2] = FLAG_FIXED;
	short_words[3] = (uint32_t)user_stack_top();
	short_words[4] = USER_SS;
	s.frame.rsp = (uint64_t)short_words;
	run(&s);
	check_gp(&s, USER_CS32);
}

static void iret_same_ring(uint64_t ring)
{
	struct start s = start_iret(ring, ring ? USER_CS : KERNEL_CS, ring ? USER_SS : KERNEL_SS);
	struct start landed = s;

	landed.frame.rsp = pops.word[3];
	landed.frame.rflags = pops.word[2];
	EXPECT(run(&s), &landed, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)landing_end);
}

/* SDM 2, IRET: IF where CPL <= IOPL, IOPL, VIF and VIP in ring 0, the others always */
static void iret_flags(uint64_t ring)
{
	uint64_t harmless = FLAGS_HARMLESS | FLAG_AC | FLAG_NT;
	uint64_t privileged = FLAG_IF | FLAG_IOPL | 3 << 19;

	for (unsigned bit = 0; bit < 22; bit++) {
		struct start s = start_iret(ring, ring ? USER_CS : KERNEL_CS,
					    ring ? USER_SS : KERNEL_SS),
			     landed = s;

		if (!((harmless | privileged) >> bit & 1))
			continue;
		test_case("flag", bit);
		pops.word[2] = FLAG_FIXED | 1ull << bit;
		landed.frame.rsp = pops.word[3];
		landed.frame.rflags = pops.word[2] & ~(ring ? privileged : 0);
		EXPECT(run(&s), &landed, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
		       .rip = (uint64_t)landing_end);
	}
}

/* Three words, from a stack whose SP has 16 bits and wraps, or 32: the rest of RSP stays or is 0 */
static void iret_compat(uint64_t small_stack)
{
	struct start s = start_in(3, iret_32);
	uint64_t base = (uint64_t)pops.word - 0xfff4;
	uint32_t *short_words = (uint32_t *)pops.word;

	short_words[0] = (uint32_t)(uint64_t)int3_32;
	short_words[1] = USER_CS32;
	short_words[2] = FLAG_FIXED | FLAGS_HARMLESS;
	s.frame.cs = USER_CS32;
	s.frame.rsp = (uint64_t)pops.word;
	if (small_stack) {
		gdt[SEL_OTHER_USER_SS / 8] =
			0xffff | base << 16 | 0xf3ull << 40 | (base >> 24) << 56;
		s.frame.ss = SEL_OTHER_USER_SS;
		s.frame.rsp = 0xabcdfff4;
	}
	run(&s);
	check_equal("type", type_of(&events[0]), SOFTWARE_EXCEPTION);
	check_equal("RIP", events[0].frame.rip, (uint64_t)int3_32_end);
	check_equal("CS", events[0].frame.cs, USER_CS32);
	check_equal("RFLAGS", events[0].frame.rflags, FLAG_FIXED | FLAGS_HARMLESS);
	check_equal("RSP", events[0].frame.rsp,
		    small_stack ? 0xabcd0000 : (uint64_t)pops.word + 12);
}

/* From 64-bit code to 32-bit code in one ring: RIP loses its upper half, whatever that holds */
static void iret_to_compat(uint64_t unused)
{
	struct start s = start_iret(3, USER_CS32, USER_SS), landed = s;

	(void)unused;
	pops.word[0] = (uint64_t)int3_32 | 0x8765432100000000;
	run(&s);
	landed.frame.cs = USER_CS32;
	landed.frame.rsp = pops.word[3];
	landed.frame.rflags = pops.word[2];
	EXPECT(&events[0], &landed, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)int3_32_end, .compatibility = true);
}

/* IRET knows nothing of stack levels */
static void iret_keeps_csl(uint64_t csl)
{
	struct start s = start_iret(0, KERNEL_CS, KERNEL_SS), landed;

	s.frame.cs |= csl << CS_LEVEL;
	landed = s;
	landed.frame.rsp = pops.word[3];
	landed.frame.rflags = pops.word[2];
	EXPECT(run(&s), &landed, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)landing_end);
}

static void iret_other_selectors(uint64_t unused)
{
	struct start s = start_iret(0, SEL_OTHER_KERNEL_CS, SEL_OTHER_KERNEL_SS), landed = s;

	(void)unused;
	landed.frame.cs = SEL_OTHER_KERNEL_CS;
	landed.frame.ss = SEL_OTHER_KERNEL_SS;
	landed.frame.rsp = pops.word[3];
	landed.frame.rflags = pops.word[2];
	EXPECT(run(&s), &landed, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)landing_end);
}

/* ---- call gates, 32-bit code in ring 0 ---- */

static struct {
	uint32_t offset;
	uint16_t selector;
} __attribute__((packed)) far;

static void call_gate(uint64_t jump)
{
	struct start s = start_in(0, jump ? far_jump : far_call);
	uint64_t to = (uint64_t)landing;

	gdt[SEL_CALL_GATE / 8] = (to & 0xffff) | (uint64_t)KERNEL_CS << 16 | 0x8cull << 40 |
				 (to >> 16 & 0xffff) << 48;
	gdt[SEL_CALL_GATE / 8 + 1] = 0;
	far.offset = 0;
	far.selector = SEL_CALL_GATE;
	s.regs.rax = (uint64_t)&far;
	run(&s);
	check_gp(&s, SEL_CALL_GATE);
}

static void far_to_32bit(uint64_t jump)
{
	struct start s = start_in(0, jump ? far_jump : far_call);

	far.offset = (uint32_t)(uint64_t)landing_32;
	far.selector = SEL_KERNEL_CS32;
	s.regs.rax = (uint64_t)&far;
	run(&s);
	check_gp(&s, SEL_KERNEL_CS32);
}

static void return_to_32bit(uint64_t iret)
{
	struct start s = start_iret(0, SEL_KERNEL_CS32, KERNEL_SS);

	pops.word[0] = (uint64_t)landing_32;
	pops.word[2] = FLAG_FIXED;
	s.frame.rip = (uint64_t)(iret ? do_iret : do_lret);
	run(&s);
	check_gp(&s, SEL_KERNEL_CS32);
}

static void return_to_ring3(uint64_t code)
{
	struct start s = start_in(0, do_lret);

	pops.word[0] = (uint64_t)landing;
	pops.word[1] = code;
	pops.word[2] = user_stack_top();
	pops.word[3] = USER_SS;
	s.frame.rsp = (uint64_t)pops.word;
	run(&s);
	check_gp(&s, code);
}

static void far_to_64bit(uint64_t unused)
{
	struct start s = start_in(0, far_jump), landed = s;

	(void)unused;
	far.offset = (uint32_t)(uint64_t)landing;
	far.selector = SEL_OTHER_KERNEL_CS;
	s.regs.rax = landed.regs.rax = (uint64_t)&far;
	landed.frame.cs = SEL_OTHER_KERNEL_CS;
	EXPECT(run(&s), &landed, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)landing_end);
}

#define NO_SWAPGS "AMD-V cannot intercept SWAPGS"
#define NO_FAR	  "AMD-V cannot intercept far calls, jumps and returns"

static const struct test tests[] = {
	{"swapgs", RULE_FORBID_SWAPGS, undefined, SWAPGS, NULL, NO_SWAPGS},
	{"sysretq", RULE_FORBID_SYSRET, undefined, SYSRETQ},
	{"sysretl", RULE_FORBID_SYSRET, undefined, SYSRETL},
	{"sysexit", RULE_FORBID_SYSEXIT, undefined, SYSEXIT},
	{"sysexitq", RULE_FORBID_SYSEXIT, undefined, SYSEXITQ},
	{"setssbsy", RULE_FORBID_SHADOW, undefined, SETSSBSY},
	{"clrssbsy", RULE_FORBID_SHADOW, undefined, CLRSSBSY},
	{"swapgs-ring3", RULE_FORBID_SWAPGS, undefined, SWAPGS | RING3},
	{"sysretq-ring3", RULE_FORBID_SYSRET, undefined, SYSRETQ | RING3},
	{"sysretl-ring3", RULE_FORBID_SYSRET, undefined, SYSRETL | RING3},
	{"sysexit-ring3", RULE_FORBID_SYSEXIT, undefined, SYSEXIT | RING3},
	{"sysexitq-ring3", RULE_FORBID_SYSEXIT, undefined, SYSEXITQ | RING3},
	{"setssbsy-ring3", RULE_FORBID_SHADOW, undefined, SETSSBSY | RING3},
	{"clrssbsy-ring3", RULE_FORBID_SHADOW, undefined, CLRSSBSY | RING3},
	{"lock", RULE_TYPE_LOCK, locked},
	{"iret-ring3", RULE_FORBID_IRET, iret_to_ring3, USER_CS},
	{"iret-ring3-compat", RULE_FORBID_IRET, iret_to_ring3, USER_CS32},
	{"iret-ring3-short", RULE_FORBID_IRET, iret_to_ring3_32bit_operand},
	{"iret-ring0", RULE_IRET_RING0, iret_same_ring, 0},
	{"iret-within-ring3", RULE_IRET_RING0, iret_same_ring, 3},
	{"iret-flags-user", RULE_IRET_RING0, iret_flags, 3},
	{"iret-flags-kernel", RULE_IRET_RING0, iret_flags, 0},
	{"iret-to-compat", RULE_IRET_RING0, iret_to_compat},
	{"iret-compat", RULE_IRET_RING0, iret_compat, 0},
	{"iret-compat-16", RULE_IRET_RING0, iret_compat, 1},
	{"iret-selectors", RULE_IRET_RING0, iret_other_selectors},
	{"iret-csl1", RULE_IRET_RING0, iret_keeps_csl, 1},
	{"iret-csl3", RULE_IRET_RING0, iret_keeps_csl, 3},
	{"gate-call", RULE_FORBID_GATE, call_gate, 0, NULL, NO_FAR},
	{"gate-jump", RULE_FORBID_GATE, call_gate, 1, NULL, NO_FAR},
	{"ret-ring3", RULE_FORBID_RET, return_to_ring3, USER_CS, NULL, NO_FAR},
	{"ret-ring3-compat", RULE_FORBID_RET, return_to_ring3, USER_CS32, NULL, NO_FAR},
	{"cs32-call", RULE_FORBID_CS32, far_to_32bit, 0, NULL, NO_FAR},
	{"cs32-jump", RULE_FORBID_CS32, far_to_32bit, 1, NULL, NO_FAR},
	{"cs32-ret", RULE_FORBID_CS32, return_to_32bit, 0, NULL, NO_FAR},
	{"cs32-iret", RULE_FORBID_CS32, return_to_32bit, 1},
	{"cs64-jump", RULE_FORBID_CS32, far_to_64bit},
};
GROUP(forbidden, "forbidden", tests);
