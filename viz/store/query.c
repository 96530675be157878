/* SPDX-License-Identifier: MIT */
#include "query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "talk/budget.h"
#include "talk/text.h"

#define CELL_MOST 400  /* bytes of a cell that are kept */
#define ASK_EVERY 2000 /* of SQLite's virtual instructions: some microseconds each */

static void drop_result(struct query *q)
{
	for (size_t i = 0; i < q->rows * (size_t)q->columns; i++)
		free(q->cell[i]);
	for (int i = 0; i < q->columns; i++)
		free(q->name[i]);
	free(q->cell);
	q->cell = NULL;
	q->rows = q->room = q->bytes = q->at = 0;
	q->left = 0;
	q->columns = 0;
	q->cut = false;
	q->error[0] = 0;
}

void query_end(struct query *q)
{
	drop_result(q);
	sqlite3_close(q->db);
	memset(q, 0, sizeof(*q));
}

/* A connection that reads one file: nothing is attached, no setting changed. */
static int may(void *ctx, int action, const char *first, const char *second, const char *database,
	       const char *trigger)
{
	(void)ctx, (void)first, (void)database, (void)trigger;
	if (action == SQLITE_ATTACH || action == SQLITE_DETACH)
		return SQLITE_DENY;
	return action == SQLITE_PRAGMA && second ? SQLITE_DENY : SQLITE_OK;
}

static bool open_reader(struct query *q, const char *path)
{
	if (q->db)
		return true;
	if (sqlite3_open_v2(path, &q->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK) {
		snprintf(q->error, sizeof(q->error), "%s", sqlite3_errmsg(q->db));
		sqlite3_close(q->db);
		q->db = NULL;
		return false;
	}
	sqlite3_busy_timeout(q->db, 500);
	sqlite3_exec(q->db, "PRAGMA query_only=1", NULL, NULL, NULL);
	sqlite3_set_authorizer(q->db, may, NULL);
	return true;
}

static void bind(sqlite3_stmt *st, const char *name, int64_t value)
{
	int at = sqlite3_bind_parameter_index(st, name);

	if (at)
		sqlite3_bind_int64(st, at, value);
}

static char *copy_text(const char *text)
{
	char safe[CELL_MOST];

	text_clean(safe, sizeof(safe), text, sizeof(safe));
	return strdup(safe);
}

static bool take_columns(struct query *q, sqlite3_stmt *st)
{
	int columns = sqlite3_column_count(st);

	q->run_column = q->n_column = -1;
	for (int i = 0; i < columns && i < QUERY_COLUMNS; i++) {
		const char *name = sqlite3_column_name(st, i);

		q->name[i] = copy_text(name ? name : "?");
		if (!q->name[i])
			return false;
		q->columns = i + 1;
		q->width[i] = text_width(q->name[i]);
		q->number[i] = true;
		if (!strcmp(q->name[i], "run"))
			q->run_column = i;
		if (!strcmp(q->name[i], "n"))
			q->n_column = i;
	}
	return true;
}

static char *take_cell(struct query *q, sqlite3_stmt *st, int column)
{
	int type = sqlite3_column_type(st, column);
	const char *text = (const char *)sqlite3_column_text(st, column);
	char *copy = text ? copy_text(text) : NULL;
	int width = copy ? text_width(copy) : 0;

	q->number[column] &= type == SQLITE_INTEGER || type == SQLITE_FLOAT || type == SQLITE_NULL;
	if (width > q->width[column])
		q->width[column] = width;
	q->bytes += sizeof(char *) + (copy ? strlen(copy) + 16 : 0);
	return copy;
}

/* False: no more is kept. */
static bool take_row(struct query *q, sqlite3_stmt *st)
{
	size_t columns = (size_t)q->columns;

	if (q->rows == QUERY_ROWS || q->bytes > QUERY_BYTES)
		return false;
	if (q->rows == q->room) {
		size_t room = q->room ? 2 * q->room : 64;
		char **larger = realloc(q->cell, room * columns * sizeof(*larger));

		if (!larger)
			return false;
		q->cell = larger;
		q->room = room;
	}
	for (int i = 0; i < q->columns; i++)
		q->cell[q->rows * columns + (size_t)i] = take_cell(q, st, i);
	q->rows++;
	return true;
}

struct asker {
	bool (*keep_going)(void *ctx);
	void *ctx;
};

static int ask(void *ctx)
{
	const struct asker *asker = ctx;

	return !asker->keep_going(asker->ctx);
}

static bool prepare(struct query *q, const char *sql, sqlite3_stmt **st)
{
	if (sqlite3_prepare_v2(q->db, sql, -1, st, NULL) != SQLITE_OK || !*st) {
		snprintf(q->error, sizeof(q->error), "%s",
			 sqlite3_errcode(q->db) ? sqlite3_errmsg(q->db) : "no SQL there");
		return false;
	}
	if (sqlite3_stmt_readonly(*st) && sqlite3_column_count(*st))
		return true;
	snprintf(q->error, sizeof(q->error), "only queries: this would change the database");
	sqlite3_finalize(*st);
	return false;
}

bool query_run(struct query *q, const char *path, const char *sql, const struct query_names *names,
	       bool (*keep_going)(void *ctx), void *ctx)
{
	struct asker asker = {keep_going, ctx};
	uint64_t started = budget_clock_us();
	sqlite3_stmt *st = NULL;
	int status;

	drop_result(q);
	snprintf(q->sql, sizeof(q->sql), "%s", sql);
	if (!open_reader(q, path) || !prepare(q, sql, &st))
		return false;
	bind(st, ":a", names->a);
	bind(st, ":b", names->b);
	bind(st, ":n", (int64_t)names->n);
	if (keep_going)
		sqlite3_progress_handler(q->db, ASK_EVERY, ask, &asker);
	bool room = take_columns(q, st);

	while ((status = sqlite3_step(st)) == SQLITE_ROW && room)
		room = take_row(q, st);
	q->cut = !room;
	if (status == SQLITE_INTERRUPT)
		snprintf(q->error, sizeof(q->error), "stopped; %zu rows had come", q->rows);
	else if (status != SQLITE_DONE && status != SQLITE_ROW)
		snprintf(q->error, sizeof(q->error), "%s", sqlite3_errmsg(q->db));
	sqlite3_progress_handler(q->db, 0, NULL, NULL);
	sqlite3_finalize(st);
	q->us = budget_clock_us() - started;
	return !q->error[0];
}

static const char *const words[] = {
	"SELECT ", "FROM ",  "WHERE ",	"GROUP BY ", "ORDER BY ", "LIMIT ",	 "count(*)",
	"events",  "frames", "nesting", "switches",  "runs",	  "nmi_windows", "clobbers",
	"costs",   "gaps",   "harms",	"run = :a",  "n = :n",
};

const char *query_word(unsigned index)
{
	return index < sizeof(words) / sizeof(words[0]) ? words[index] : NULL;
}

const char *query_cell(const struct query *q, size_t row, int column)
{
	const char *text = row < q->rows ? q->cell[row * (size_t)q->columns + (size_t)column] : "";

	return text ? text : "NULL";
}

bool query_event(const struct query *q, int64_t *run, uint64_t *n)
{
	if (q->at >= q->rows || q->n_column < 0)
		return false;
	*n = strtoull(query_cell(q, q->at, q->n_column), NULL, 10);
	*run = q->run_column < 0 ? 0 : strtoll(query_cell(q, q->at, q->run_column), NULL, 10);
	return *n > 0;
}
