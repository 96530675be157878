/* SPDX-License-Identifier: MIT */
/* Runs a workload under one delivery or both, and says how it went. */
#include "workload.h"
#include "kernel/apic.h"
#include "kernel/build_info.h"
#include "kernel/console.h"
#include "kernel/cpu.h"
#include "kernel/delivery.h"
#include "kernel/engine.h"
#include "kernel/exit.h"
#include "kernel/harm/harm.h"
#include "kernel/options.h"
#include "kernel/panic.h"
#include "results.h"
#include "kernel/task.h"
#include "kernel/library.h"
#include "kernel/trace/drain.h"
#include "kernel/trace/record.h"
#include "kernel/user_memory.h"

static const struct workload *const table[] = {
	&tour_workload,	 &cost_workload, &bulk_workload,   &selftest_workload,
	&panic_workload, &hang_workload, &triple_workload, &overflow_workload,
};

#define WORKLOADS (sizeof(table) / sizeof(table[0]))

long (*workload_half)(unsigned long a, unsigned long b);

const struct workload *workload_find(const char *name)
{
	for (unsigned i = 0; i < WORKLOADS; i++)
		if (strcmp(table[i]->name, name) == 0)
			return table[i];
	for (unsigned i = 0; i < hazards_count; i++)
		if (strcmp(hazards[i]->name, name) == 0)
			return hazards[i];
	return NULL;
}

static bool is_hazard(const struct workload *workload)
{
	for (unsigned i = 0; i < hazards_count; i++)
		if (hazards[i] == workload)
			return true;
	return false;
}

void workloads_print(void)
{
	printk("workloads are:\n");
	for (unsigned i = 0; i < WORKLOADS; i++)
		if (!table[i]->for_tests)
			printk("  %-11s %s\n", table[i]->name, table[i]->about);
	printk("and what a delivery can go wrong in (make hazards):\n");
	for (unsigned i = 0; i < hazards_count; i++)
		printk("  %-11s %s\n", hazards[i]->name, hazards[i]->about);
}

void step(unsigned number, const char *text)
{
	if (trace_wants_drain())
		trace_drain();
	trace_mark(number, text);
}

unsigned long run_user(const char *name, unsigned long argument)
{
	struct task *task = task_new_user(name, NULL, 0, argument);
	uint64_t code;

	if (!task)
		panic("no task slot is free for %s", name);
	code = task_wait(task->id);
	task->state = TASK_FREE; /* nobody else waits for it */
	return code;
}

static void trace_stacks(void)
{
	for (unsigned n = 1; n < EVENT_STACKS; n++)
		trace_stack(0, n, event_stack_top(0, n) - STACK_SIZE, STACK_SIZE);
}

static void trace_header(const struct workload *workload, unsigned half)
{
	char build[48];

	trace_run(workload->name, delivery->run_flags | engine() << FT_RUN_ENGINE_SHIFT |
					  half << FT_RUN_HALF_SHIFT);
	build_id(build, sizeof(build));
	trace_info("build", build);
	trace_info("engine", engine_name());
	trace_info("options", options_text());
	trace_task(this_cpu()->current);
	trace_task(this_cpu()->idle);
	trace_task(this_cpu()->drainer);
	trace_stacks();
}

/* One workload under one delivery. half: 0 alone, 1 and 2 of delivery=both. */
static bool run_half(const struct workload *workload, const struct delivery *next, unsigned half)
{
	uint64_t lost = trace_lost();
	bool ok;

	delivery_use(next);
	tasks_new_run();
	lazy_forget();
	results_begin(half == 2);
	printk("%s: %s begins\n", delivery->name, workload->name);
	trace_header(workload, half);
	harm_watch(is_hazard(workload) || delivery->run_flags & FT_RUN_NAIVE);
	apic_timer((unsigned)options.hz);
	ok = workload->run();
	workload_half = NULL;
	apic_timer(0);
	harm_watch(false);
	trace_end(ok ? EXIT_OK : EXIT_FAILED);
	trace_drain();
	printk("%s: %s %s, %lu records sent by %s, %lu lost\n", delivery->name, workload->name,
	       ok ? "done" : "FAILED", trace_sent(), trace_transport(), trace_lost() - lost);
	return ok;
}

void workload_main(void)
{
	const struct workload *workload = workload_find(options.workload);
	bool ok;

	if (options.delivery == DELIVERY_BOTH) {
		ok = run_half(workload, &idt_delivery, 1);
		ok = run_half(workload, &fred_delivery, 2) && ok;
		ok = results_equal() && ok;
	} else {
		ok = run_half(workload,
			      options.delivery == DELIVERY_FRED ? &fred_delivery : &idt_delivery,
			      0);
	}
	machine_exit(ok ? EXIT_OK : EXIT_FAILED);
}
