/* SPDX-License-Identifier: MIT */
/*
 * An SQL query of the user's, on a connection that cannot write, and its result. Long
 * ones can be stopped. Draws nothing.
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUERY_ROWS    10000
#define QUERY_BYTES   (8u << 20) /* of all cells */
#define QUERY_COLUMNS 64
#define QUERY_TEXT    512

struct query {
	sqlite3 *db;
	char sql[QUERY_TEXT], error[QUERY_TEXT];
	int columns;
	char *name[QUERY_COLUMNS];
	int width[QUERY_COLUMNS];   /* of the widest cell */
	bool number[QUERY_COLUMNS]; /* only numbers so far */
	char **cell;		    /* row by row; NULL = SQL's NULL */
	size_t rows, room, bytes;
	size_t at;		  /* the row under the cursor */
	int left;		  /* the first column on the screen */
	bool cut;		  /* there is more than is kept */
	uint64_t us;		  /* how long it took */
	int run_column, n_column; /* where a row says which event it is about, or -1 */
};

/* What :marks and :runs ask */
#define QUERY_MARKS "SELECT run, n, name FROM bookmark ORDER BY run, n"
#define QUERY_RUNS  "SELECT * FROM runs"

/* Words of SQL and of this database that may be wanted at a prompt; NULL beyond the last. */
const char *query_word(unsigned index);

/* What :a, :b (the runs) and :n (the event under the cursor) stand for */
struct query_names {
	int64_t a, b;
	uint64_t n;
};

/*
 * Runs it; keep_going is asked every few milliseconds, false stops. False: why is in
 * q->error.
 */
bool query_run(struct query *q, const char *path, const char *sql, const struct query_names *names,
	       bool (*keep_going)(void *ctx), void *ctx);
void query_end(struct query *q);

const char *query_cell(const struct query *q, size_t row, int column); /* never NULL */

/* The event that the row under the cursor is about; false if it is about none. */
bool query_event(const struct query *q, int64_t *run, uint64_t *n);

#endif
