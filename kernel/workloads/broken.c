/* SPDX-License-Identifier: MIT */
/* Kernels that come to a bad end, each in its own way: the tools must name it. */
#include "kernel/cpu.h"
#include "kernel/delivery.h"
#include "kernel/layout.h"
#include "kernel/panic.h"
#include "workload.h"

static void __attribute__((noinline)) read_nothing(volatile uint64_t *address)
{
	*address = 1;
}

static bool run_panic(void)
{
	step(1, "the kernel writes where nothing is");
	read_nothing((volatile uint64_t *)0xffffffffdead0000);
	return false;
}

static bool run_hang(void)
{
	step(1, "an endless loop with interrupts off");
	interrupts_off();
	for (;;)
		cpu_relax();
	return false;
}

/* Whichever delivery: an exception that cannot be delivered, nor can the next, nor #DF. */
static bool run_triple(void)
{
	static const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) empty = {0, 0};

	step(1, "an exception that nobody can deliver");
	interrupts_off();
	if (delivery == &fred_delivery) {
		wrmsr(MSR_FRED_STKLVLS, ~0ull);
		wrmsr(MSR_FRED_RSP3, LAZY_BASE - PAGE_SIZE);
	} else {
		asm volatile("lidt %0" : : "m"(empty));
	}
	asm volatile("ud2");
	return false;
}

/* Recursion into the guard page below the stack: #DF, on its own stack. */
static unsigned __attribute__((noinline)) recurse(unsigned depth)
{
	volatile char room[256];

	room[depth % sizeof(room)] = (char)depth;
	return depth ? recurse(depth - 1) + (unsigned)room[depth % sizeof(room)] : 0;
}

static bool run_overflow(void)
{
	step(1, "recursion into the stack's guard page");
	return recurse(1000000) == 0;
}

const struct workload panic_workload = {"panic", "a kernel fault", run_panic, true};
const struct workload hang_workload = {"hang", "an endless loop", run_hang, true};
const struct workload triple_workload = {"triple", "a triple fault", run_triple, true};
const struct workload overflow_workload = {"overflow", "a kernel stack overflow", run_overflow,
					   true};
