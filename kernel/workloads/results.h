/* SPDX-License-Identifier: MIT */
/* What a workload's steps came out as, kept so that two halves can be compared. */
#ifndef RESULTS_H
#define RESULTS_H

#include <stdbool.h>
#include <stdint.h>

#define RESULTS 64

/* Record step's value in the trace and in the current half. */
void result_set(unsigned step, uint64_t value);

/* Begin half 0 or 1. */
void results_begin(unsigned which);

/* Say which steps differ between the halves; true: none does. */
bool results_equal(void);

#endif
