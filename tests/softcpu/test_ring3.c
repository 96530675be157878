// SPDX-License-Identifier: MIT
/* Events from ring 3: fred-reference.md sections 2 and 3. */
#include "guest.h"

extern uint8_t u_syscall[], u_syscall_after[], u_ints[], u_int80_after[], u_int14_after[],
	u_int3_after[], u_int1_after[], u_int3ds_after[], u_ud[], u_pf[], u_int_table[], u_steps[],
	u_steps_syscall[], u_steps_int[], u_steps_end[], u_compat[], u_compat_int[],
	u_compat_into[], u_compat_syscall[], u_compat_ss[], u_compat_ss_after[];

extern uint64_t gdt[];
static uint8_t user_stack[4096] __attribute__((aligned(16)));

static bool until_fault(struct saved *s, bool user)
{
	if (user && (s->frame.ss >> 48 & 15) == 3 && (s->frame.ss >> 32 & 255) != 1)
		leave_user();
	return user;
}

static void user(const void *rip, uint16_t cs, uint64_t rflags)
{
	events = 0;
	on_event = until_fault;
	enter_user((uint64_t)rip, cs, rflags, (uint64_t)user_stack + 4096, USER_SS);
	on_event = NULL;
}

static bool event_is(int i, unsigned type, unsigned vector, unsigned length, const void *rip)
{
	const struct frame *f = &seen[i].frame;

	return events > i && seen[i].user && TYPE(seen[i]) == type && VECTOR(seen[i]) == vector &&
	       LENGTH(seen[i]) == length && f->rip == (uint64_t)rip && f->cs == USER_CS &&
	       (uint16_t)f->ss == USER_SS && f->ss & SS_LONG && !f->zero &&
	       seen[i].at == stack_top(0) - 64 && f->rsp == (uint64_t)user_stack + 4096;
}

static void system_calls(void)
{
	wrmsr(MSR_GS, 0x1111);
	wrmsr(MSR_KERNEL_GS, 0x2222);
	user(u_syscall, USER_CS, 0x202);
	check(event_is(0, 7, 1, 2, u_syscall_after) && seen[0].frame.ss & SS_SOFT &&
		      seen[0].frame.rflags == 0x202,
	      "2: SYSCALL is type 7, vector 1, length 2, SS bit 17");
	check(seen[0].rcx == 0x77 && seen[0].r11 == 0x88, "3: SYSCALL leaves RCX and R11 alone");
	check(seen[0].gs == 0x1111, "3: GS is swapped on the way in (and by ERETU out)");
	check(event_is(1, 3, 13, 0, u_syscall_after), "2: HLT in ring 3 is #GP, type 3");
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) & ~1ull);
	user(u_syscall, USER_CS, 0x202);
	check(event_is(0, 7, 1, 2, u_syscall_after), "3: EFER.SCE does not matter under FRED");
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | 1);
	wrmsr(MSR_GS, 0);
	wrmsr(MSR_KERNEL_GS, 0);
}

static void software_events(void)
{
	bool ok = true;

	user(u_ints, USER_CS, 0x202);
	check(event_is(0, 4, 0x80, 2, u_int80_after) && seen[0].frame.ss & SS_SOFT,
	      "2: INT n is type 4, length 2, SS bit 17");
	check(event_is(1, 4, 14, 2, u_int14_after) && !seen[1].frame.error,
	      "2: INT 14 is type 4 too, and no #PF");
	check(event_is(2, 6, 3, 1, u_int3_after) && !(seen[2].frame.ss & SS_SOFT),
	      "2: INT3 is type 6, length 1");
	check(event_is(3, 5, 1, 1, u_int1_after) && !seen[3].frame.data,
	      "2: INT1 is type 5, length 1");
	check(event_is(4, 6, 3, 2, u_int3ds_after), "3: the length counts prefixes");
	for (int first = 0; first < 256; first += 32) {
		user(u_int_table + 2 * first, USER_CS, 0x202);
		for (int i = 0; i < 32; i++)
			ok &= event_is(i, 4, first + i, 2, u_int_table + 2 * (first + i + 1));
	}
	check(ok, "2: all 256 INT n from ring 3, no gate, no DPL");
}

static void faults(void)
{
	user(u_ud, USER_CS, 0x202);
	check(event_is(0, 3, 6, 0, u_ud) && seen[0].frame.rflags == 0x10202,
	      "3: #UD from ring 3, RF set in the frame");
	map_page(0, 3);
	user(u_pf, USER_CS, 0x202);
	check(event_is(0, 3, 14, 0, u_pf) && seen[0].frame.error == 5 &&
		      seen[0].frame.data == PAGE(0),
	      "3: #PF from ring 3: error 5, event data = address");
	user((void *)PAGE(40), USER_CS, 0x202);
	check(event_is(0, 3, 14, 0, (void *)PAGE(40)) && seen[0].frame.error == 0x14,
	      "3: #PF of a fetch: error 14h");
}

static void steps(void)
{
	user(u_steps, USER_CS, 0x302);
	/* NOP, then SYSCALL and its step, INT n and its step, NOP */
	check(event_is(0, 3, 1, 0, u_steps + 1) && seen[0].frame.data == 0x4000,
	      "3: single step: event data BS");
	check(TYPE(seen[1]) == 7 && event_is(2, 3, 1, 0, u_steps_syscall) &&
		      seen[2].frame.data == 0x4000,
	      "4: a step over SYSCALL traps right behind it (SS bit 17)");
	check(TYPE(seen[3]) == 4 && event_is(4, 3, 1, 0, u_steps_int),
	      "4: a step over INT n traps right behind it (SS bit 17)");
	check(event_is(5, 3, 1, 0, u_steps_end), "4: and the next step is one instruction");
}

static bool compat_is(int i, unsigned type, unsigned vector, unsigned length, const void *rip,
		      uint16_t cs)
{
	const struct frame *f = &seen[i].frame;

	return events > i && seen[i].user && TYPE(seen[i]) == type && VECTOR(seen[i]) == vector &&
	       LENGTH(seen[i]) == length && f->rip == (uint64_t)rip && f->cs == cs &&
	       !(f->ss & SS_LONG);
}

static void compatibility(void)
{
	user(u_compat, USER_CS32, 0x202);
	check(compat_is(0, 4, 0x80, 2, u_compat_int, USER_CS32),
	      "4: ERETU to STAR's compatibility pair; INT n there has bit 57 clear");
	check(compat_is(1, 6, 4, 1, u_compat_into, USER_CS32), "2: INTO is type 6, vector 4");
	check(compat_is(2, 3, 6, 0, u_compat_syscall, USER_CS32),
	      "3: SYSCALL from compatibility mode is #UD");
	user(u_compat_ss, USER_CS32, 0x202);
	check(compat_is(0, 3, 6, 0, u_compat_ss_after, USER_CS32) && !(seen[0].frame.ss & SS_STI),
	      "3: no STI blocking in ring 3: MOV SS from -5(%eax) leaves bit 16 clear");
	user(u_compat, 0x7b, 0x202);
	check(compat_is(0, 4, 0x80, 2, u_compat_int, 0x7b),
	      "4: ERETU to a 32-bit code segment from the GDT");
	user(u_syscall, OTHER_CS, 0x202);
	check(seen[0].frame.cs == OTHER_CS && TYPE(seen[0]) == 7 && seen[0].frame.ss & SS_LONG,
	      "4: ERETU to a 64-bit code segment from the GDT");
}

/* the same pair from an LDT */
static void local_descriptors(void)
{
	static uint64_t ldt[2] = {0x00affa000000ffff, 0x00cff2000000ffff};
	uint64_t base = (uint64_t)ldt;

	gdt[16] = 0x000082000000000full | (base & 0xffffff) << 16 | (base >> 24 & 0xff) << 56;
	gdt[17] = base >> 32;
	__asm__ volatile("lldt %w0" : : "r"(0x80));
	events = 0;
	on_event = until_fault;
	enter_user((uint64_t)u_syscall, 4 | 3, 0x202, 0x1000, 8 | 4 | 3);
	on_event = NULL;
	check(TYPE(seen[0]) == 7 && seen[0].frame.cs == 7 && (uint16_t)seen[0].frame.ss == 15 &&
		      ldt[0] >> 40 & 1 && ldt[1] >> 40 & 1,
	      "4: ERETU to segments from the LDT; their A bits are set");
}

void test_ring3(void)
{
	group("FRED, ring 3");
	system_calls();
	software_events();
	faults();
	steps();
	compatibility();
	local_descriptors();
}
