/* SPDX-License-Identifier: MIT */
/*
 * Which rows of the model are shown: those that the filter and the folds let through.
 * Walks from any row to the next such in either direction. Draws nothing.
 */
#ifndef SEARCH_ROWS_H
#define SEARCH_ROWS_H

#include "filter.h"

struct fold {
	int side;
	uint64_t n; /* what this event was interrupted by is hidden */
};

struct rows {
	struct model *model;
	struct filter filter;
	bool filtered;
	struct match match[2]; /* of the filter, one a run */
	struct fold *folds;
	size_t fold_count, fold_room;
	unsigned deepest; /* events nested deeper are hidden; 0 = none is */
};

void rows_begin(struct rows *r, struct model *model);
void rows_end(struct rows *r);

/* Events of either run. False with what is wrong in `why`; the old filter then stays. */
bool rows_filter(struct rows *r, const struct filter *f, char *why, size_t size);

/* Folds what the event of that row was interrupted by, or unfolds it. */
bool rows_fold(struct rows *r, struct place place, bool fold);
bool rows_folded(const struct rows *r, struct place place);
void rows_unfold_all(struct rows *r);

/* FOUND if it is shown; FOUND_LATER: not known yet. */
enum found rows_visible(struct rows *r, struct place place, const struct budget *budget);

/* The next visible row behind (direction > 0) or before *place. */
enum found rows_next(struct rows *r, struct place *place, int direction,
		     const struct budget *budget);

#endif
