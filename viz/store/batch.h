/* SPDX-License-Identifier: MIT */
/* Rows of integers on their way into a table, many per statement. */
#ifndef STORE_BATCH_H
#define STORE_BATCH_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* One column of one row */
struct cell {
	int64_t value;
	bool null;
};

struct batch {
	sqlite3_stmt *full, *one; /* `rows` rows, and a single one */
	unsigned columns, rows, used;
	struct cell *cell;  /* rows * columns, waiting */
	struct cell *bound; /* what `full` still holds from the last time */
};

/* False after a message. Closing is right in either case. */
bool batch_open(struct batch *b, sqlite3 *db, const char *table, unsigned columns, unsigned rows);
void batch_close(struct batch *b);

/* Where the next row goes: `columns` cells. Fill them, then batch_added(). */
struct cell *batch_row(struct batch *b);

/* Both return 0, or -1: the database's error tells why. */
int batch_added(struct batch *b);
int batch_flush(struct batch *b);

#endif
