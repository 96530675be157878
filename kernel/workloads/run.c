/* SPDX-License-Identifier: MIT */
/* Runs a workload under one delivery or both, and says how it went. */
#include "run.h"
#include "calls.h"
#include "kernel/apic.h"
#include "kernel/build_info.h"
#include "kernel/console.h"
#include "kernel/delivery.h"
#include "kernel/engine.h"
#include "kernel/exit.h"
#include "kernel/harm/harm.h"
#include "kernel/options.h"
#include "kernel/percpu.h"
#include "kernel/task.h"
#include "kernel/trace/drain.h"
#include "kernel/trace/record.h"
#include "kernel/user_memory.h"
#include "list.h"
#include "results.h"

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
	harm_watch(workload_is_hazard(workload) || delivery->run_flags & FT_RUN_NAIVE);
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

	workload_calls();
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
