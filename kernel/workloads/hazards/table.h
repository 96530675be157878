/* SPDX-License-Identifier: MIT */
/* The hazards, in the order in which people see them. */
#ifndef TABLE_H
#define TABLE_H

#include "kernel/workloads/workload.h"

/*
 * Workloads in which a delivery can go wrong. Such a run ends with 0 when it
 * came to its end: what was harmed on the way stands in the trace, and is judged from there.
 */
extern const struct workload *const hazards[];
extern const unsigned hazards_count;

#endif
