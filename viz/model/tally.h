/* SPDX-License-Identifier: MIT */
/* How two runs differ, counted: for the summary of `fredviz diff`, part by part. */
#ifndef MODEL_TALLY_H
#define MODEL_TALLY_H

#include "model.h"

#define TALLY_KINDS 64 /* kinds of events that are told apart; the rest share the last */

/* One kind of event: how many there are, and how many are no pair of equals */
struct tally_kind {
	bool used;
	uint8_t type, vector;
	uint64_t events[2], only[2], differ;
};

struct tally {
	struct place next; /* the part that is counted next */
	bool done;
	uint64_t rows, alike; /* rows with events; of them, without any difference */
	uint64_t count[DIFFERENCES];
	uint64_t first[DIFFERENCES][2]; /* event numbers of the first such row */
	uint64_t gaps[2];
	struct tally_kind kind[TALLY_KINDS];
};

void tally_begin(struct tally *t);

/* Counts one part more; false when all were. */
bool tally_more(struct model *m, struct tally *t);

/* From 0 to 1: how much is counted. */
double tally_share(struct model *m, const struct tally *t);

/* True if any row counted so far has one of these differences (enum difference bits). */
bool tally_any(const struct tally *t, unsigned differences);

#endif
