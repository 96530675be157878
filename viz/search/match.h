/* SPDX-License-Identifier: MIT */
/*
 * Which events of a run a condition holds for: one bit per event, computed block by block
 * when a block is first asked for, so that the first screen of a filter needs no scan of
 * the run. Blocks are those of the digests; where a condition asks digests alone, a block
 * takes some microseconds, and by zones, blocks that hold nothing are skipped. A run of 10,000,000
 * events takes 1.2 MB. Draws nothing.
 */
#ifndef SEARCH_MATCH_H
#define SEARCH_MATCH_H

#include "model/model.h"
#include "sieve.h"
#include "store/where.h"
#include "talk/budget.h"

/* What must hold: the sieve, the kind, the edge and the clause that are asked for. */
struct condition {
	struct sieve sieve;
	bool by_kind;
	uint64_t kind[EVENT_TYPES][EVENT_VECTORS / 64]; /* by type: bit v = vector v counts */
	bool other_stack;				/* than the event before */
	bool begins_blocking; /* NMIs are blocked, and at the event before were not */
	char *where;	      /* a clause in SQL (store/where.h); NULL: not asked for */
	bool either;	      /* kind or clause is enough */
};

struct match {
	struct model *model;
	int side;
	struct condition condition;
	struct where where;
	size_t blocks, filled;
	uint64_t last;	/* event of the run */
	uint64_t *bits; /* of event n: bit n - 1 */
	bool *known;	/* which blocks were looked at */
	uint64_t count; /* matches in these */
	bool failed;	/* SQLite refused, or was stopped: */
	char why[256];
};

/* Takes condition.where over. False with what SQLite says of it in `why`. */
bool match_begin(struct match *m, struct model *model, int side, const struct condition *condition,
		 char *why, size_t size);
void match_end(struct match *m);

/* The nearest match behind (direction > 0) or before *n, which may be 0 or last + 1. */
enum found match_next(struct match *m, uint64_t *n, int direction, const struct budget *budget);

bool match_test(struct match *m, uint64_t n);

/* Looks at blocks not looked at yet until the budget is used up; true when none is left. */
bool match_fill(struct match *m, const struct budget *budget);

/* The nearest row behind or before *place where it holds for either event. */
enum found match_place(struct match match[2], struct place *place, int direction,
		       const struct budget *budget);

#endif
