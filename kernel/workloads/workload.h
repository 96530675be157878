/* SPDX-License-Identifier: MIT */
/* A workload: steps that make events happen, the same under both deliveries. */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>

struct workload {
	const char *name;
	const char *about;
	bool (*run)(void); /* in a kernel task; false: it failed and has said why */
	bool for_tests;	   /* not in the list that people see */
};

/*
 * Workloads in which a delivery can go wrong (workloads/hazards/). Such a run ends with 0 when it
 * came to its end: what was harmed on the way stands in the trace, and is judged from there.
 */
extern const struct workload *const hazards[];
extern const unsigned hazards_count;

/* NULL: no such workload. */
const struct workload *workload_find(const char *name);
void workloads_print(void);

/* Run it under what options.delivery says, compare, and end the machine. Kernel task. */
void workload_main(void) __attribute__((noreturn));

/* Begin a step: in the trace, and a moment to drain what has gathered. */
void step(unsigned number, const char *text);

/* What SYS_WORKLOAD calls: the half of a workload that its ring-3 program cannot do itself. */
extern long (*workload_half)(unsigned long a, unsigned long b);

/* Start user.elf with this argument and wait; its exit code. */
unsigned long run_user(const char *name, unsigned long argument);

extern const struct workload tour_workload, cost_workload, bulk_workload, selftest_workload;
extern const struct workload panic_workload, hang_workload, triple_workload, overflow_workload;

#endif
