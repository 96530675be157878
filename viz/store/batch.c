/* SPDX-License-Identifier: MIT */
#include "batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema.h"

static sqlite3_stmt *prepare_insert(sqlite3 *db, const char *table, unsigned columns, unsigned rows)
{
	size_t room = strlen(table) + 64 + (size_t)rows * (columns * 2 + 3);
	char *sql = malloc(room), *at = sql;

	if (!sql)
		return NULL;
	at += sprintf(at, "INSERT OR FAIL INTO %s VALUES", table);
	for (unsigned r = 0; r < rows; r++) {
		*at++ = r ? ',' : ' ';
		*at++ = '(';
		for (unsigned c = 0; c < columns; c++) {
			*at++ = '?';
			*at++ = c + 1 < columns ? ',' : ')';
		}
	}
	*at = 0;
	sqlite3_stmt *statement = db_prepare(db, sql);

	free(sql);
	return statement;
}

bool batch_open(struct batch *b, sqlite3 *db, const char *table, unsigned columns, unsigned rows)
{
	memset(b, 0, sizeof(*b));
	b->columns = columns;
	b->rows = rows;
	b->cell = calloc((size_t)columns * rows, sizeof(*b->cell));
	b->bound = calloc((size_t)columns * rows, sizeof(*b->bound));
	b->full = prepare_insert(db, table, columns, rows);
	b->one = prepare_insert(db, table, columns, 1);
	/* SQLite's parameters are NULL at first, and so is our notion of them. */
	for (unsigned i = 0; b->bound && i < columns * rows; i++)
		b->bound[i].null = true;
	return b->cell && b->bound && b->full && b->one;
}

void batch_close(struct batch *b)
{
	sqlite3_finalize(b->full);
	sqlite3_finalize(b->one);
	free(b->cell);
	free(b->bound);
	memset(b, 0, sizeof(*b));
}

static void bind(sqlite3_stmt *statement, int place, const struct cell *cell)
{
	if (cell->null)
		sqlite3_bind_null(statement, place);
	else
		sqlite3_bind_int64(statement, place, cell->value);
}

static int run(sqlite3_stmt *statement)
{
	sqlite3_step(statement);
	return sqlite3_reset(statement) == SQLITE_OK ? 0 : -1;
}

/* Parameters outlive a statement's run: only what differs from last time is bound. */
static int insert_all(struct batch *b)
{
	for (unsigned i = 0; i < b->rows * b->columns; i++) {
		const struct cell *cell = &b->cell[i];
		struct cell *bound = &b->bound[i];

		if (cell->null == bound->null && (cell->null || cell->value == bound->value))
			continue;
		bind(b->full, (int)i + 1, cell);
		*bound = *cell;
	}
	return run(b->full);
}

struct cell *batch_row(struct batch *b)
{
	return b->cell + (size_t)b->used * b->columns;
}

int batch_added(struct batch *b)
{
	if (++b->used < b->rows)
		return 0;
	b->used = 0;
	return insert_all(b);
}

int batch_flush(struct batch *b)
{
	int error = 0;

	for (unsigned r = 0; r < b->used && !error; r++) {
		for (unsigned c = 0; c < b->columns; c++)
			bind(b->one, (int)c + 1, &b->cell[(size_t)r * b->columns + c]);
		error = run(b->one);
	}
	b->used = 0;
	return error;
}
