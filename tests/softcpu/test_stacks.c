// SPDX-License-Identifier: MIT
/* fred-reference.md section 3: levels, stacks that never rewind, events inside delivery. */
#include "guest.h"

#define BAD_STACK (PAGE(30)) /* not mapped */

static void levels(void)
{
	uint64_t rsp;

	for (uint64_t l = 1; l < 4; l++) {
		wrmsr(FRED_LEVELS, l << (2 * 6));
		ATTEMPT("ud2", : : "memory");
		check(events == 1 && seen[0].level == l && seen[0].at == stack_top(l) - 64 &&
			      !(seen[0].frame.cs >> 16) && !(rdmsr(FRED_CONFIG) & 3),
		      "3: an exception goes to its level, and back");
	}
	fred_defaults();
	wrmsr(FRED_LEVELS, 3ull << 12);
	wrmsr(FRED_CONFIG, (uint64_t)fred_page | 3);
	ATTEMPT("ud2", : : "memory");
	__asm__ volatile("mov %%rsp, %0" : "=r"(rsp));
	check(seen[0].level == 3 && (seen[0].frame.cs >> 16 & 3) == 3 &&
		      seen[0].at == (rsp & ~63ull) - 64,
	      "3: at its own level already: the same stack goes on");
	wrmsr(FRED_LEVELS, 1ull << 12);
	ATTEMPT("ud2", : : "memory");
	check(seen[0].level == 3 && seen[0].at == (rsp & ~63ull) - 64,
	      "3: a lower event level changes nothing");
	fred_defaults();
	for (uint64_t gap = 0; gap < 8; gap++) {
		wrmsr(FRED_CONFIG, (uint64_t)fred_page | gap << 6);
		ATTEMPT("ud2", : : "memory");
		__asm__ volatile("mov %%rsp, %0" : "=r"(rsp));
		if (seen[0].at != ((rsp - 64 * gap) & ~63ull) - 64)
			break;
		if (gap == 7)
			check(true, "3: all gaps of CONFIG 8:6");
	}
	fred_defaults();
	wrmsr(FRED_LEVELS, ~0ull);
	ATTEMPT("int $0x21", : : "memory");
	check(events == 1 && seen[0].level == 0, "3: INT n is level 0 whatever STKLVLS says");
	ATTEMPT("int3", : : "memory");
	check(events == 1 && seen[0].level == 3, "3: INT3 has the level of vector 3");
	fred_defaults();
}

static void nested(void)
{
	const struct frame *f = &seen[0].frame;

	wrmsr(FRED_RSP(1), BAD_STACK);
	wrmsr(FRED_LEVELS, 1ull << 12 | 2ull << 28 | 3ull << 16);
	ATTEMPT("ud2", : : "memory");
	check(events == 1 && VECTOR(seen[0]) == 14 && f->ss & SS_NESTED && f->error == 2 &&
		      f->data == BAD_STACK - 64 && f->rip == attempt_at && seen[0].level == 2,
	      "3: #UD onto an absent stack becomes a nested #PF at its own level");
	wrmsr(FRED_LEVELS, 1ull << 28 | 3ull << 16);
	ATTEMPT("mov %0, (%1)", : "r"(0ull), "r"(PAGE(20)) : "memory");
	check(events == 1 && VECTOR(seen[0]) == 8 && TYPE(seen[0]) == 3 && !f->error &&
		      !(f->ss & SS_NESTED) && f->rip == attempt_at && seen[0].level == 3,
	      "3: #PF onto an absent stack becomes #DF, error 0, nested bit clear");
	wrmsr(FRED_LEVELS, 1ull << 26 | 3ull << 16);
	ATTEMPT("mov %%cx, %%ds", : "c"(0x1238) : "memory");
	check(events == 1 && VECTOR(seen[0]) == 14 && f->ss & SS_NESTED,
	      "3: #GP onto an absent stack: #PF is no #DF after a contributory exception");
	map_page(2, 1);
	wrmsr(FRED_RSP(1), PAGE(3));
	wrmsr(FRED_LEVELS, 1ull << 12);
	ATTEMPT("ud2", : : "memory");
	check(events == 1 && VECTOR(seen[0]) == 14 && f->error == 3 && f->data == PAGE(3) - 64,
	      "3: a read-only stack: nested #PF, error 3");
	map_page(2, 3);
	wrmsr(FRED_RSP(1), 0xffff800000000000);
	ATTEMPT("ud2", : : "memory");
	check(events == 1 && VECTOR(seen[0]) == 12 && f->ss & SS_NESTED && f->error == 1,
	      "5a: a stack that leaves the canonical range, met by #UD: nested #SS with EXT");
	wrmsr(FRED_LEVELS, 1ull << 6);
	ATTEMPT("int3", : : "memory");
	check(events == 1 && VECTOR(seen[0]) == 12 && f->ss & SS_NESTED && !f->error,
	      "5a: the same met by INT3, the program's own: EXT clear");
	wrmsr(FRED_RSP(1), BAD_STACK);
	ATTEMPT("int $0x20", : : "memory");
	check(events == 1 && TYPE(seen[0]) == 4, "3: INT n needs no level-1 stack");
	fred_defaults();
}

extern uint8_t u_ints[], u_ud[];

static bool leave(struct saved *s, bool user)
{
	(void)s;
	if (user) {
		wrmsr(FRED_CONFIG, (uint64_t)fred_page); /* leave_user() is no ERETU: CSL */
		leave_user();
	}
	return false;
}

/* The level is not 0 for an exception met while delivering, also from ring 3. */
static void nested_from_user(void)
{
	const struct frame *f = &seen[0].frame;

	on_event = leave;
	events = 0;
	wrmsr(FRED_RSP(0), BAD_STACK);
	wrmsr(FRED_LEVELS, 2ull << 28);
	enter_user((uint64_t)u_ints, USER_CS, 0x202, 0x1000, USER_SS);
	check(events == 1 && seen[0].user && VECTOR(seen[0]) == 14 && f->ss & SS_NESTED &&
		      seen[0].at == stack_top(2) - 64 && f->cs == USER_CS &&
		      f->rip == (uint64_t)u_ints && !LENGTH(seen[0]) && f->data == BAD_STACK - 64,
	      "3: from ring 3, INT n onto an absent stack: #PF at its STKLVLS level");
	events = 0;
	send_ipi(0x51);
	enter_user((uint64_t)u_ud, USER_CS, 0x202, 0x1000, USER_SS);
	end_of_interrupt();
	check(events == 1 && seen[0].user && VECTOR(seen[0]) == 14 && f->ss & SS_NESTED &&
		      seen[0].at == stack_top(2) - 64 && f->rip == (uint64_t)u_ud &&
		      f->rflags == 0x10202,
	      "3: from ring 3, an interrupt onto an absent stack: the same");
	events = 0;
	enter_user((uint64_t)u_ud, USER_CS, 0x202, 0x1000, USER_SS);
	check(events == 1 && VECTOR(seen[0]) == 14 && f->ss & SS_NESTED &&
		      seen[0].at == stack_top(2) - 64,
	      "3: from ring 3, #UD onto an absent stack: the same");
	wrmsr(FRED_LEVELS, 2ull << 28 | 3ull << 16);
	wrmsr(FRED_RSP(2), BAD_STACK);
	events = 0;
	enter_user((uint64_t)u_ud, USER_CS, 0x202, 0x1000, USER_SS);
	check(events == 1 && VECTOR(seen[0]) == 8 && !(f->ss & SS_NESTED) && !f->error &&
		      seen[0].at == stack_top(3) - 64,
	      "3: and if the nested #PF finds no stack either: #DF at its level");
	on_event = NULL;
	fred_defaults();
}

static void accessed_and_dirty(void)
{
	map_page(4, 3);
	wrmsr(FRED_RSP(1), PAGE(5));
	wrmsr(FRED_LEVELS, 1ull << 12);
	ATTEMPT("ud2", : : "memory");
	check(seen[0].at == PAGE(5) - 64 && (page_table[4] & 0x60) == 0x60,
	      "a frame sets A and D in the page table");
	fred_defaults();
}

void test_stacks(void)
{
	group("levels and stacks");
	levels();
	nested();
	nested_from_user();
	accessed_and_dirty();
}
