/* SPDX-License-Identifier: MIT */
/*
 * What the rows on the screen are chosen by, and what / searches for: words of a user
 * turned into a condition on one run's events. Draws nothing.
 */
#ifndef SEARCH_FILTER_H
#define SEARCH_FILTER_H

#include "match.h"

enum filter_field {
	FILTER_TYPE,
	FILTER_VECTOR,
	FILTER_TASK,
	FILTER_STACK,
	FILTER_ADDRESS,
	FILTER_WHERE, /* an SQL expression on the view `events`, and what the table has beside */
	FILTER_FIELDS
};

#define FILTER_BYTES 256

struct filter {
	char text[FILTER_FIELDS][FILTER_BYTES]; /* empty: anything goes */
};

/* "type", "vector", ...; what it takes, for help and the form. NULL beyond the last. */
const char *filter_name(unsigned field);
const char *filter_help(unsigned field);

bool filter_empty(const struct filter *f);

/*
 * "type=#PF task=worker where ticks > 1000": fields that are named are set, others stay.
 * False with what is wrong in `why`.
 */
bool filter_parse(struct filter *f, const char *words, char *why, size_t size);

/* The same as one line. */
void filter_text(const struct filter *f, char *to, size_t size);

/*
 * The same as a condition on one run's events. False with what is wrong in `why`; else the
 * condition is for match_begin().
 */
bool filter_condition(const struct filter *f, const struct model *m, int side,
		      struct condition *condition, char *why, size_t size);

/* Events whose name or place has `text` in it, or whose address it is. */
void filter_search(const char *text, const struct model *m, int side, struct condition *condition);

#endif
