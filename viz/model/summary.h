/* SPDX-License-Identifier: MIT */
/* The numbers that sum up one run or two, ready to be shown as tables or bars. Draws nothing. */
#ifndef MODEL_SUMMARY_H
#define MODEL_SUMMARY_H

#include "model.h"

/* One kind of event in both runs; events = 0 on a side that has none */
struct summary_kind {
	uint8_t type, vector;
	struct cost cost[2];
};

struct summary {
	struct totals totals[2];
	struct summary_kind *kind; /* most ticks first */
	int kinds;
	uint64_t most_mean; /* the longest bar: the greatest mean of ticks of a kind */
	int same_results;   /* 1 yes, 0 no, -1: none recorded, or one run */
};

/* False after a message. */
bool summary_read(struct model *m, struct summary *s);
void summary_free(struct summary *s);

/* "equal", for store_same_results(). */
const char *summary_results(int same);

/* Mean ticks from entry to exit; 0 if none returned. */
uint64_t summary_mean(const struct cost *c);

#endif
