/* SPDX-License-Identifier: MIT */
/* Which exceptions raise the stack level, and where the four levels' stacks begin. */
#include "kernel/cpu.h"
#include "kernel/frame.h"
#include "kernel/options.h"
#include "kernel/percpu.h"
#include "fred.h"

/* STKLVLS holds two bits for each exception vector. */
#define LEVEL(vector, level) ((uint64_t)(level) << 2 * (vector))

static const uint64_t stack_levels[] = {
	[LEVELS_LINUX] = LEVEL(VECTOR_DB, 1) | LEVEL(VECTOR_NMI, 2) | LEVEL(VECTOR_MC, 2) |
			 LEVEL(VECTOR_DF, 3),
	[LEVELS_XEN] = LEVEL(VECTOR_MC, 2) | LEVEL(VECTOR_DF, 3),
	[LEVELS_FLAT] = 0,
};

/* Canonical and never mapped: a push there faults, and inside an exception becomes #DF. */
#define POISONED_STACK (STACKS_BASE - PAGE_SIZE)

void fred_load_levels(const struct cpu *cpu)
{
	bool poison = options.levels == LEVELS_XEN;

	wrmsr(MSR_FRED_RSP0, cpu->stack_top);
	wrmsr(MSR_FRED_RSP1, poison ? POISONED_STACK : event_stack_top(cpu->id, 1));
	wrmsr(MSR_FRED_RSP2, event_stack_top(cpu->id, 2));
	wrmsr(MSR_FRED_RSP3, event_stack_top(cpu->id, 3));
	wrmsr(MSR_FRED_STKLVLS, stack_levels[options.levels]);
}
