/* SPDX-License-Identifier: MIT */
/*
 * A condition on a run's events in SQL: made of what a user named, and evaluated for one
 * range of event numbers after another.
 */
#ifndef STORE_WHERE_H
#define STORE_WHERE_H

#include "store.h"

/*
 * Each makes one clause, for where_free(); NULL without memory. where_and() takes both
 * over, and NULL adds nothing.
 */
char *where_no_gap(void);
char *where_address(uint64_t address);			       /* it is rip, data or address */
char *where_function(const struct run *run, const char *name); /* rip is in it */
char *where_expression(const char *sql); /* of the view `events`, and what the table has beside */
char *where_and(char *a, char *b);
void where_free(char *clause);

/* rip is at a place whose function or file has `text` in its name; NULL: there is none. */
char *where_place(struct store *s, const struct run *run, const char *text);

struct where {
	struct store *store;
	int64_t run;
	sqlite3_stmt *statement; /* NULL: nothing is asked */
};

/* False with what SQLite says of it in `why`. Closing is right in either case. */
bool where_open(struct where *w, struct store *s, int64_t run, const char *clause, char *why,
		size_t size);
void where_close(struct where *w);

/*
 * Sets bit n - first of `bits` for each event from first to last that the clause holds for.
 * False with why: SQLite refused, or was stopped.
 */
bool where_ask(struct where *w, uint64_t first, uint64_t last, uint64_t *bits, char *why,
	       size_t size);

#endif
