/* SPDX-License-Identifier: MIT */
/* What can be told from inside only: patched bytes, guard pages, rights of pages. */
#include "kernel/alternative.h"
#include "kernel/console.h"
#include "kernel/cpu.h"
#include "kernel/delivery.h"
#include "kernel/memory.h"
#include "kernel/percpu.h"
#include "kernel/task.h"
#include "kernel/trace/trace.h"
#include "workload.h"

extern const char boot_stack_guard[];

static unsigned failed;

static void check(bool ok, const char *rule)
{
	printk("%s - %s\n", ok ? "ok" : "not ok", rule);
	failed += !ok;
}

static void check_alternatives(void)
{
	unsigned own = delivery == &fred_delivery;

	check(alternatives_count() >= 3, "there are alternatives to patch");
	check(alternatives_wrong(own) == 0, "every site holds this delivery's text, byte by byte");
	check(alternatives_wrong(!own) == alternatives_count(), "and none the other's");
}

static void check_stacks(void)
{
	bool guarded = true, mapped = true;

	for (unsigned n = 1; n < EVENT_STACKS; n++) {
		uint64_t top = event_stack_top(0, n);

		mapped &= page_entry(kernel_pml4, top - 8) != NULL;
		guarded &= page_entry(kernel_pml4, top - STACK_SIZE - 8) == NULL;
	}
	guarded &= page_entry(kernel_pml4, (uint64_t)boot_stack_guard) == NULL;
	guarded &= page_entry(kernel_pml4, this_cpu()->current->stack_top - STACK_SIZE - 8) == NULL;
	check(mapped, "event stacks are mapped");
	check(guarded, "the page below every stack is not");
}

static void check_rights(void)
{
	uint64_t text = *page_entry(kernel_pml4, (uint64_t)check_rights);
	uint64_t data = *page_entry(kernel_pml4, (uint64_t)&failed);

	check(!(text & (PTE_WRITE | PTE_NX)), "kernel text is executable and read-only");
	check((data & PTE_WRITE) && (data & PTE_NX), "kernel data is writable and not executable");
}

static void check_delivery(void)
{
	check((delivery == &fred_delivery) == ((read_cr4() & CR4_FRED) != 0),
	      "CR4.FRED says which delivery is in force");
}

#define DEEP (NEST_DEPTH + 4)

/* Made-up entries and exits: no real nesting goes as deep. */
static void check_nesting(void)
{
	struct nest *nest = &this_cpu()->current->nest;
	struct trap_frame frame = {.ss = (uint64_t)EVENT_EXCEPTION << FRAME_SS_TYPE_SHIFT};
	unsigned before = nest->depth, deepest;

	for (unsigned i = 0; i < DEEP; i++)
		trace_entry(&frame, 0);
	deepest = nest->depth;
	for (unsigned i = 0; i < DEEP; i++)
		trace_exit(&frame, 0);
	check(deepest == before + DEEP && nest->depth == before,
	      "nesting beyond NEST_DEPTH is still counted, and counted back");
}

static bool selftest(void)
{
	failed = 0;
	check_alternatives();
	check_stacks();
	check_rights();
	check_delivery();
	if (trace_recording())
		check_nesting();
	return failed == 0;
}

const struct workload selftest_workload = {"selftest", "checks from inside", selftest, true};
