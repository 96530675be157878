/* SPDX-License-Identifier: MIT */
#include "notebook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"

#define BUSY_MS	       300 /* a recorder may write; the viewer does not wait long for it */
#define BOOKMARKS_MOST 10000

/* Only ever added to a database, by the first write of a viewer */
static const char tables[] =
	"CREATE TABLE IF NOT EXISTS bookmark(run INTEGER NOT NULL, n INTEGER NOT NULL,"
	" name TEXT NOT NULL, PRIMARY KEY(run, n)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS view_place(a INTEGER NOT NULL, b INTEGER NOT NULL,"
	" view INTEGER NOT NULL, side INTEGER NOT NULL, heading INTEGER NOT NULL,"
	" detail INTEGER NOT NULL, n INTEGER NOT NULL, filter TEXT NOT NULL,"
	" PRIMARY KEY(a, b)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS view_history(id INTEGER PRIMARY KEY, prompt INTEGER NOT NULL,"
	" line TEXT NOT NULL);";

/* NULL if the table is not there: no bookmark was made yet. */
static sqlite3_stmt *ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st = NULL;

	return sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK ? st : NULL;
}

static bool append(struct notebook *book, const struct bookmark *mark)
{
	struct bookmark *larger = realloc(book->mark, (book->count + 1) * sizeof(*larger));

	if (!larger)
		return false;
	book->mark = larger;
	book->mark[book->count++] = *mark;
	return true;
}

void notebook_open(struct notebook *book, sqlite3 *reader, const char *path, int64_t a, int64_t b)
{
	sqlite3_stmt *st = ask(reader, "SELECT run, n, name FROM bookmark WHERE run IN (?1, ?2) "
				       "ORDER BY n, run");

	memset(book, 0, sizeof(*book));
	book->reader = reader;
	book->path = path;
	sqlite3_bind_int64(st, 1, a);
	sqlite3_bind_int64(st, 2, b);
	while (st && sqlite3_step(st) == SQLITE_ROW && book->count < BOOKMARKS_MOST) {
		struct bookmark mark = {.run = sqlite3_column_int64(st, 0), .n = column_u64(st, 1)};

		column_text(st, 2, mark.name, sizeof(mark.name));
		if (!append(book, &mark))
			break;
	}
	sqlite3_finalize(st);
}

void notebook_close(struct notebook *book)
{
	free(book->mark);
	memset(book, 0, sizeof(*book));
}

const struct bookmark *notebook_find(const struct notebook *book, int64_t run, uint64_t n)
{
	for (size_t i = 0; n && i < book->count; i++) {
		if (book->mark[i].run == run && book->mark[i].n == n)
			return &book->mark[i];
	}
	return NULL;
}

/* ---- writing ------------------------------------------------------------ */

static bool excuse(struct notebook *book, sqlite3 *db)
{
	snprintf(book->why, sizeof(book->why), "not kept: %s", sqlite3_errmsg(db));
	sqlite3_close(db);
	return false;
}

/* A connection with a transaction begun; the reader's own stays one that cannot write. */
static sqlite3 *begin(struct notebook *book)
{
	sqlite3 *db = NULL;

	book->why[0] = 0;
	if (sqlite3_open_v2(book->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
	    SQLITE_OK) {
		sqlite3_busy_timeout(db, BUSY_MS);
		if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
		    sqlite3_exec(db, tables, NULL, NULL, NULL) == SQLITE_OK)
			return db;
	}
	excuse(book, db);
	return NULL;
}

static bool commit(struct notebook *book, sqlite3 *db, bool good)
{
	if (!good || sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		return excuse(book, db); /* closing undoes what was not committed */
	sqlite3_close(db);
	return true;
}

static bool run_once(sqlite3_stmt *st)
{
	bool good = st && sqlite3_step(st) == SQLITE_DONE;

	return sqlite3_finalize(st) == SQLITE_OK && good;
}

bool notebook_mark(struct notebook *book, int64_t run, uint64_t n, const char *name)
{
	const struct bookmark *old = notebook_find(book, run, n);
	struct bookmark mark = {.run = run, .n = n};
	sqlite3 *db = begin(book);
	sqlite3_stmt *st;

	if (!db)
		return false;
	st = ask(db, name ? "INSERT OR REPLACE INTO bookmark VALUES(?1, ?2, ?3)"
			  : "DELETE FROM bookmark WHERE run = ?1 AND n = ?2");
	sqlite3_bind_int64(st, 1, run);
	sqlite3_bind_int64(st, 2, (int64_t)n);
	if (name)
		sqlite3_bind_text(st, 3, name, -1, SQLITE_STATIC);
	if (!commit(book, db, run_once(st)))
		return false;
	if (old) {
		size_t at = (size_t)(old - book->mark);

		memmove(book->mark + at, book->mark + at + 1,
			(--book->count - at) * sizeof(*book->mark));
	}
	if (name) {
		snprintf(mark.name, sizeof(mark.name), "%s", name);
		return append(book, &mark);
	}
	return true;
}

static bool keep_place(sqlite3 *db, const struct last_place *last)
{
	const int64_t values[] = {last->a,	 last->b,      last->view,	last->side,
				  last->heading, last->detail, (int64_t)last->n};
	enum { VALUES = sizeof(values) / sizeof(values[0]) };
	sqlite3_stmt *st = ask(db, "INSERT OR REPLACE INTO view_place VALUES(?,?,?,?,?,?,?,?)");

	for (int i = 0; i < VALUES; i++)
		sqlite3_bind_int64(st, i + 1, values[i]);
	sqlite3_bind_text(st, VALUES + 1, last->filter, -1, SQLITE_STATIC);
	return run_once(st);
}

static bool keep_history(sqlite3 *db, int kind, struct history *h)
{
	bool good = true;

	for (; h->fresh && good; h->fresh--) {
		sqlite3_stmt *st = ask(db, "INSERT INTO view_history(prompt, line) VALUES(?, ?)");

		sqlite3_bind_int(st, 1, kind);
		sqlite3_bind_text(st, 2, h->line[h->count - h->fresh], -1, SQLITE_STATIC);
		good = run_once(st);
	}
	return good;
}

bool notebook_keep(struct notebook *book, const struct last_place *last, struct history *history,
		   int kinds)
{
	sqlite3 *db = begin(book);
	bool good = db && keep_place(db, last);
	char prune[160];

	if (!db)
		return false;
	for (int kind = 0; kind < kinds && good; kind++)
		good = keep_history(db, kind, &history[kind]);
	snprintf(prune, sizeof(prune),
		 "DELETE FROM view_history WHERE id <= (SELECT max(id) FROM "
		 "view_history) - %d",
		 HISTORY_LINES * kinds);
	return commit(book, db, good && sqlite3_exec(db, prune, NULL, NULL, NULL) == SQLITE_OK);
}

/* ---- reading ------------------------------------------------------------ */

bool notebook_last(struct notebook *book, struct last_place *last)
{
	sqlite3_stmt *st = ask(book->reader, "SELECT view, side, heading, detail, n, filter FROM "
					     "view_place WHERE a = ? AND b = ?");
	bool found;

	sqlite3_bind_int64(st, 1, last->a);
	sqlite3_bind_int64(st, 2, last->b);
	found = st && sqlite3_step(st) == SQLITE_ROW;
	if (found) {
		last->view = sqlite3_column_int64(st, 0);
		last->side = sqlite3_column_int64(st, 1) != 0;
		last->heading = sqlite3_column_int64(st, 2);
		last->detail = sqlite3_column_int64(st, 3);
		last->n = column_u64(st, 4);
		column_text(st, 5, last->filter, sizeof(last->filter));
	}
	sqlite3_finalize(st);
	return found;
}

void notebook_history(struct notebook *book, struct history *history, int kinds)
{
	sqlite3_stmt *st = ask(book->reader, "SELECT prompt, line FROM view_history ORDER BY id");
	char line[HISTORY_BYTES];

	while (st && sqlite3_step(st) == SQLITE_ROW) {
		int kind = sqlite3_column_int(st, 0);

		column_text(st, 1, line, sizeof(line));
		if (kind >= 0 && kind < kinds)
			history_add(&history[kind], line, false);
	}
	sqlite3_finalize(st);
}
