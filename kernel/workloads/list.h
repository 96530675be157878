/* SPDX-License-Identifier: MIT */
/* All workloads by name, the hazards among them. */
#ifndef LIST_H
#define LIST_H

#include "workload.h"

/* NULL: no such workload. */
const struct workload *workload_find(const char *name);
bool workload_is_hazard(const struct workload *workload);
void workloads_print(void);

#endif
