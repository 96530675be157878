/* SPDX-License-Identifier: MIT */
/* All workloads by name, the hazards among them. */
#include "list.h"
#include "kernel/workloads/hazards/table.h"
#include "kernel/console.h"
#include "kernel/library.h"

static const struct workload *const table[] = {
	&tour_workload, &cost_workload,	  &bulk_workload,     &selftest_workload, &panic_workload,
	&hang_workload, &triple_workload, &overflow_workload, &keeps_workload,
};

#define WORKLOADS (sizeof(table) / sizeof(table[0]))

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

bool workload_is_hazard(const struct workload *workload)
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
