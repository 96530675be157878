// SPDX-License-Identifier: MIT
/* Event delivery from ring 0: fred-reference.md sections 2 and 3. */
#include "guest.h"

static bool frame_is(unsigned type, unsigned vector, unsigned length, uint64_t rip)
{
	const struct frame *f = &seen[0].frame;

	return events == 1 && !seen[0].user && TYPE(seen[0]) == type && VECTOR(seen[0]) == vector &&
	       LENGTH(seen[0]) == length && f->rip == rip && f->cs == KERNEL_CS &&
	       (uint16_t)f->ss == KERNEL_SS && f->ss & SS_LONG && !f->zero && !(seen[0].at & 63);
}

static bool fault_is(unsigned vector, uint64_t error, uint64_t data)
{
	return frame_is(3, vector, 0, attempt_at) && seen[0].frame.error == error &&
	       seen[0].frame.data == data && seen[0].frame.rflags & 1 << 16;
}

static void faults(void)
{
	uint64_t rsp, value;

	ATTEMPT("ud2", : : "memory");
	check(fault_is(6, 0, 0), "2: #UD is type 3, vector 6, error 0, data 0, RF set");
	__asm__ volatile("mov %%rsp, %0" : "=r"(rsp));
	check(seen[0].frame.rsp == rsp && seen[0].at == (rsp & ~63ull) - 64,
	      "3: the same stack goes on, aligned to 64 bytes");
	ATTEMPT("mov %%cx, %%ds", : "c"(0x1238) : "memory");
	check(fault_is(13, 0x1238, 0), "2: #GP has the selector as error code");
	ATTEMPT("mov (%1), %0", "=r"(value) : "r"(PAGE(20) + 8));
	check(fault_is(14, 0, PAGE(20) + 8), "3: #PF read: error 0, event data = address");
	__asm__ volatile("mov %%cr2, %0" : "=r"(value));
	check_equal(value, PAGE(20) + 8, "3: CR2 is still written");
	map_page(1, 1);
	ATTEMPT("mov %0, (%1)", : "r"(value), "r"(PAGE(1)) : "memory");
	check(fault_is(14, 3, PAGE(1)), "2: #PF write to a read-only page: error 3");
	map_page(1, 3);
	ATTEMPT("div %%ecx", "=a"(value) : "c"(0), "a"(1), "d"(0));
	check(fault_is(0, 0, 0), "2: #DE");
	__asm__ volatile("mov %%cr0, %0" : "=r"(value));
	__asm__ volatile("mov %0, %%cr0" : : "r"(value | 8));
	ATTEMPT("fnop", : : "memory");
	__asm__ volatile("clts");
	check(fault_is(7, 0, 0), "3: #NM: event data 0");
	ATTEMPT("mov (%1), %0", "=r"(value) : "r"(1ull << 50));
	check(fault_is(13, 0, 0), "2: a non-canonical address is #GP(0)");
}

void test_ring0(void)
{
	group("FRED, ring 0");
	faults();
}
