// SPDX-License-Identifier: MIT
/* External interrupts, STI and HLT: fred-reference.md sections 2 to 4. */
#include "guest.h"

static bool acknowledge(struct saved *s, bool user)
{
	(void)user;
	if ((s->frame.ss >> 48 & 15) != 0)
		return false;
	end_of_interrupt();
	return true;
}

static void vectors(void)
{
	bool ok = true;

	for (int v = 16; v < 256; v++) {
		events = 0;
		send_ipi(v);
		for (volatile int i = 0; i < 50; i++)
			;
		ok &= events == 0;
		__asm__ volatile("sti; nop; nop; cli");
		ok &= events == 1 && TYPE(seen[0]) == 0 && VECTOR(seen[0]) == (unsigned)v &&
		      !LENGTH(seen[0]) && !seen[0].frame.error && !seen[0].frame.data &&
		      seen[0].frame.rflags & 0x200;
	}
	check(ok, "2: vectors 16 to 255 as external interrupts: type 0, held while IF = 0");
	wrmsr(FRED_CONFIG, (uint64_t)fred_page | 2 << 9);
	events = 0;
	send_ipi(0x40);
	__asm__ volatile("sti; nop; nop; cli");
	check(events == 1 && seen[0].level == 2 && seen[0].at == stack_top(2) - 64,
	      "3: interrupts go to the level in CONFIG 10:9");
	wrmsr(FRED_CONFIG, (uint64_t)fred_page);
}

static void shadow(void)
{
	extern uint8_t sti_1[], sti_2[], sti_3[], sti_4[];

	events = 0;
	send_ipi(0x41);
	__asm__ volatile("sti; nop\nsti_1: nop; cli");
	check(events == 1 && seen[0].frame.rip == (uint64_t)sti_1 && !(seen[0].frame.ss & SS_STI),
	      "STI blocks for one instruction");
	events = 0;
	send_ipi(0x42);
	__asm__ volatile("sti; cpuid\nsti_2: nop; cli" : : "a"(0) : "rbx", "rcx", "rdx");
	check(events == 1 && seen[0].frame.rip == (uint64_t)sti_2,
	      "STI before an instruction that softcpu emulates");
	events = 0;
	send_ipi(0x43);
	__asm__ volatile("sti; hlt\nsti_3: cli");
	check(events == 1 && seen[0].frame.rip == (uint64_t)sti_3, "STI; HLT wakes up");
	events = 0;
	send_ipi(0x44);
	__asm__ volatile("movq $sti_ud, attempt_at; movq $sti_4 - 1, resume_at; sti\n"
			 "sti_ud: ud2; nop\nsti_4: nop; cli"
			 :
			 :
			 : "memory");
	check(events == 2 && VECTOR(seen[0]) == 6 && seen[0].frame.ss & SS_STI,
	      "3: a fault right after STI has SS bit 16");
	check(events == 2 && VECTOR(seen[1]) == 0x44 && seen[1].frame.rip == (uint64_t)sti_4,
	      "4: ERETS gives STI blocking back, for one instruction");
	events = 0;
	ATTEMPT("ud2", : : "memory");
	check(!(seen[0].frame.ss & SS_STI), "3: without STI, SS bit 16 is clear");
}

extern uint8_t u_spin[];

static bool leave(struct saved *s, bool user)
{
	(void)s;
	end_of_interrupt();
	if (user)
		leave_user();
	return true;
}

static void from_user(void)
{
	on_event = leave;
	events = 0;
	send_ipi(0x50);
	enter_user((uint64_t)u_spin, USER_CS, 0x202, 0x1000, USER_SS);
	check(events == 1 && seen[0].user && VECTOR(seen[0]) == 0x50 &&
		      seen[0].frame.rip == (uint64_t)u_spin,
	      "3: an interrupt that waited comes right after ERETU sets IF");
	on_event = acknowledge;
}

void test_interrupts(void)
{
	group("external interrupts");
	on_event = acknowledge;
	vectors();
	shadow();
	from_user();
	on_event = NULL;
}
