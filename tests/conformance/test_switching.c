// SPDX-License-Identifier: MIT
/* Reference 1 and 7: CR4.FRED at run time, in both directions, and what outlives it. */
#include "suite.h"

CODE(int3, "int3");
CODE(undefined, "ud2");
CODE(do_swapgs, "swapgs");
CODE(null_ss, "xor %edx, %edx; mov %edx, %ss; int3");
CODE(null_ss_enable, "mov %edx, %ss; mov %rax, %cr4; int3");
CODE(do_syscall, "syscall");
CODE(do_erets, ERETS);

static void through_idt(uint64_t unused)
{
	struct start s = start_in(0, int3), t = start_in(3, undefined);

	(void)unused;
	fred_off();
	run(&s);
	check(!events[0].fred, "through the IDT");
	check_equal("vector", events[0].where, BP);
	check_equal("RIP", events[0].frame.rip, (uint64_t)int3_end);
	run(&t);
	check_equal("vector", events[0].where, UD);
	check_equal("CS", events[0].frame.cs, USER_CS);
	check_equal("stack: the TSS's", events[0].at, stack_top(0) - 0x30);
	check_equal("GS base, not swapped", events[0].gs, t.kernel_gs);
	fred_on();
	EXPECT(run(&s), &s, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)int3_end);
}

static void back_and_forth(uint64_t unused)
{
	struct start s = start_in(3, int3);

	(void)unused;
	for (unsigned i = 0; i < 100; i++) {
		test_case("round", i);
		fred_off();
		run(&s);
		check(!events[0].fred, "through the IDT");
		fred_on();
		EXPECT(run(&s), &s, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
		       .rip = (uint64_t)int3_end);
	}
}

static void swapgs_again(uint64_t unused)
{
	struct start s = start_in(0, do_swapgs);

	(void)unused;
	fred_off();
	run(&s);
	check_ran(&events[0], do_swapgs_end);
	check_equal("GS base", events[0].gs, s.kernel_gs);
	check_equal("KERNEL_GS_BASE", events[0].kernel_gs, s.gs);
}

/* SYSCALL goes to LSTAR again, with RCX and R11 */
static void syscall_again(uint64_t unused)
{
	struct start s = start_in(3, do_syscall);

	(void)unused;
	fred_off();
	wrmsr(MSR_LSTAR, (uint64_t)undefined);
	run(&s);
	check(is_exception(&events[0], UD), "the code at LSTAR");
	check_equal("RIP", events[0].frame.rip, (uint64_t)undefined);
	check_equal("RCX", events[0].regs.rcx, (uint64_t)do_syscall_end);
	check_equal("R11", events[0].regs.r11, FLAG_FIXED);
}

static void blocked_into_idt(uint64_t unused)
{
	(void)unused;
	block_nmis();
	fred_off();
	check(nmis_blocked(), "blocked under FRED, still so under IDT");
	check_equal("NMIs that IRET lets in", nmis_after_unblock(), 1);
	check(!nmis_blocked(), "IRET unblocked them");
}

static enum action to_fred(const struct event *e, struct frame *frame)
{
	(void)e;
	(void)frame;
	return type_of(e) == NMI && event_count == 1 ? STOP : RESUME;
}

/* an NMI through the IDT, its handler left without IRET: FRED finds NMIs blocked */
static void blocked_into_fred(uint64_t unused)
{
	struct start s = start_in(0, scratch_code);

	(void)unused;
	scratch_code[0] = 0xeb; /* jmp . */
	scratch_code[1] = 0xfe;
	block_nmis();
	send_nmi();
	fred_off();
	on_event = to_fred; /* IRET to the code unblocks; the NMI that waits comes there */
	run(&s);
	check_equal("vector", events[0].where, NMI);
	on_event = NULL;
	fred_on();
	check(nmis_blocked(), "blocked under IDT, still so under FRED");
	check_equal("NMIs that IRET lets in", nmis_after_unblock(), 1);
}

static void msrs_kept(uint64_t unused)
{
	uint64_t before[9];

	(void)unused;
	for (unsigned i = 0; i < 9; i++)
		before[i] = rdmsr(FRED_RSP(0) + i);
	fred_off();
	fred_on();
	for (unsigned i = 0; i < 9; i++)
		check_equal("MSR", rdmsr(FRED_RSP(0) + i), before[i]);
}

/* Registers that an implementation may keep elsewhere while CR4.FRED = 1 */
static void registers_kept(uint64_t unused)
{
	uint64_t dr6 = DR6_CLEAR | DR6_BS | 5, other = DR6_CLEAR | DR6_BD | 2;

	(void)unused;
	write_dr6(dr6);
	write_dr7(0x700); /* LE, GE */
	wrmsr(MSR_SYSENTER_CS, KERNEL_CS);
	check_equal("SYSENTER_CS, FRED still on", rdmsr(MSR_SYSENTER_CS), KERNEL_CS);
	check(rdmsr(MSR_EFER) & EFER_SCE, "EFER.SCE, FRED on");
	fred_off();
	check_equal("DR6, FRED off", read_dr6(), dr6);
	check_equal("DR7, FRED off", read_dr7(), 0x700);
	check_equal("SYSENTER_CS, FRED off", rdmsr(MSR_SYSENTER_CS), KERNEL_CS);
	write_dr6(other);
	wrmsr(MSR_SYSENTER_CS, SEL_OTHER_KERNEL_CS);
	fred_on();
	check_equal("DR6, FRED on", read_dr6(), other);
	check_equal("DR7, FRED on", read_dr7(), 0x700);
	check_equal("SYSENTER_CS, FRED on", rdmsr(MSR_SYSENTER_CS), SEL_OTHER_KERNEL_CS);
}

/* ---- a null SS at the time FRED is switched on: section 7 ---- */

static enum action come_back(const struct event *e, struct frame *frame)
{
	(void)e;
	(void)frame;
	return event_count == 1 ? RESUME : STOP;
}

static void null_ss_returns(uint64_t unused)
{
	struct start s = start_in(0, null_ss);

	(void)unused;
	on_event = come_back;
	run(&s);
	check_equal("events", event_count, 2);
	check_equal("SS in the frame", events[0].frame.ss & 0xffff, 0);
	check_equal("SS in the handler", events[0].ss, 0);
	check(is_exception(&events[1], UD), "ERETS with SS still null works");
	check_equal("RIP", events[1].frame.rip, (uint64_t)null_ss_end);
	check_equal("SS", events[1].frame.ss & 0xffff, 0);
}

static void null_ss_when_enabled(uint64_t unused)
{
	struct start s = start_in(0, null_ss_enable);

	(void)unused;
	s.regs.rax = read_cr4();
	s.regs.rdx = 0;
	fred_off();
	on_event = come_back;
	run(&s);
	check_equal("events", event_count, 2);
	check(events[0].fred, "delivered by FRED");
	check_equal("SS in the frame", events[0].frame.ss & 0xffff, 0);
	check(is_exception(&events[1], UD), "ERETS with SS still null works");
	check_equal("RIP", events[1].frame.rip, (uint64_t)null_ss_enable_end);
}

/* the same frame after a visit to ring 3, from which STAR's SS comes back: #GP */
static void null_ss_fails_later(uint64_t unused)
{
	static struct {
		uint8_t room[STACK_ROOM];
		struct frame frame;
	} old __attribute__((aligned(64)));
	struct start s = start_in(0, null_ss), user = start_in(3, int3),
		     back = start_in(0, do_erets);

	(void)unused;
	run(&s);
	old.frame = events[0].frame;
	run(&user);
	check_equal("SS after ring 3", events[0].ss, KERNEL_SS);
	back.frame.rsp = (uint64_t)&old.frame;
	EXPECT(run(&back), &back, .type = EXCEPTION, .vector = GP, .rip = back.frame.rip);
}

static const struct test tests[] = {
	{"through-idt", RULE_SWITCH_IDT, through_idt},
	{"back-and-forth", RULE_SWITCH_IDT, back_and_forth},
	{"msrs-kept", RULE_CR4_TOGGLE, msrs_kept},
	{"registers-kept", RULE_CR4_TOGGLE, registers_kept},
	{"swapgs", RULE_SWITCH_SWAPGS, swapgs_again},
	{"syscall", RULE_SWITCH_IDT, syscall_again},
	{"nmi-blocked-into-idt", RULE_SWITCH_NMI, blocked_into_idt},
	{"nmi-blocked-into-fred", RULE_SWITCH_NMI, blocked_into_fred},
	{"null-ss", RULE_ERETS_NULL_SS, null_ss_returns},
	{"null-ss-at-enable", RULE_ERETS_NULL_SS, null_ss_when_enabled},
	{"null-ss-later", RULE_ERETS_NULL_SS, null_ss_fails_later},
};
GROUP(switching, "switching", tests);
