/* SPDX-License-Identifier: MIT */
/*
 * kernel/workloads/. A workload: steps that make events happen, the same under both deliveries.
 * hazards/ are those in which a delivery can go wrong. The room uses all of kernel/; of kernel/
 * only main.c calls it, and system calls reach it by syscall_provide().
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>

struct workload {
	const char *name;
	const char *about;
	bool (*run)(void); /* in a kernel task; false: it failed and has said why */
	bool for_tests;	   /* not in the list that people see */
};

/* Begin a step: in the trace, and a moment to drain what has gathered. */
void step(unsigned number, const char *text);

/* Start user.elf with this argument and wait; its exit code. */
unsigned long run_user(const char *name, unsigned long argument);

/* Each in the file of its name; the last four in broken.c. */
extern const struct workload tour_workload, cost_workload, bulk_workload, selftest_workload;
extern const struct workload keeps_workload;
extern const struct workload panic_workload, hang_workload, triple_workload, overflow_workload;

#endif
