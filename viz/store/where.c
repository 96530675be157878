/* SPDX-License-Identifier: MIT */
#include "where.h"

#include <stdio.h>

#include "columns.h"
#include "talk/budget.h"

#define ASK_EVERY 10000 /* of SQLite's steps, a millisecond or less */

char *where_no_gap(void)
{
	return sqlite3_mprintf("lost IS NULL");
}

char *where_address(uint64_t address)
{
	return sqlite3_mprintf("%lld IN (rip, data, address)", (long long)(int64_t)address);
}

char *where_function(const struct run *run, const char *name)
{
	return sqlite3_mprintf("rip IN (SELECT address FROM symbol WHERE boot = %lld AND"
			       " function = %Q)",
			       (long long)run->boot, name);
}

char *where_expression(const char *sql)
{
	/* The inner names come first; what `events` lacks is the table's own column */
	return sqlite3_mprintf("EXISTS (SELECT 1 FROM events v WHERE v.run = event.run AND"
			       " v.n = event.n AND (%s\n))",
			       sql);
}

char *where_and(char *a, char *b)
{
	char *both;

	if (!a || !b)
		return a ? a : b;
	both = sqlite3_mprintf("%s AND %s", a, b);
	sqlite3_free(a);
	sqlite3_free(b);
	return both;
}

void where_free(char *clause)
{
	sqlite3_free(clause);
}

static bool any_symbol(sqlite3 *db, int64_t boot, const char *condition)
{
	char *sql = sqlite3_mprintf("SELECT 1 FROM symbol WHERE boot = %lld AND %s LIMIT 1",
				    (long long)boot, condition);
	sqlite3_stmt *st = NULL;
	bool any = sql && sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
		   sqlite3_step(st) == SQLITE_ROW;

	sqlite3_finalize(st);
	sqlite3_free(sql);
	return any;
}

char *where_place(struct store *s, const struct run *run, const char *text)
{
	char *symbols = sqlite3_mprintf("(instr(lower(function), lower(%Q)) OR "
					"instr(lower(file), lower(%Q)))",
					text, text);
	char *clause = NULL;

	if (symbols && any_symbol(s->db, run->boot, symbols))
		clause = sqlite3_mprintf("rip IN (SELECT address FROM symbol WHERE boot = %lld AND "
					 "%s)",
					 (long long)run->boot, symbols);
	sqlite3_free(symbols);
	return clause;
}

bool where_open(struct where *w, struct store *s, int64_t run, const char *clause, char *why,
		size_t size)
{
	char *sql = NULL;
	bool good;

	*w = (struct where){.store = s, .run = run};
	if (!clause)
		return true;
	sql = sqlite3_mprintf("SELECT n FROM event WHERE run = ?1 AND n BETWEEN ?2 AND ?3 "
			      "AND (%s\n)",
			      clause);
	good = sql && sqlite3_prepare_v2(s->db, sql, -1, &w->statement, NULL) == SQLITE_OK;
	sqlite3_free(sql);
	if (!good)
		snprintf(why, size, "%s", sqlite3_errmsg(s->db));
	return good;
}

void where_close(struct where *w)
{
	sqlite3_finalize(w->statement);
	w->statement = NULL;
}

bool where_ask(struct where *w, uint64_t first, uint64_t last, uint64_t *bits, char *why,
	       size_t size)
{
	sqlite3_stmt *st = w->statement;
	struct store *s = w->store;
	int status;

	s->asking_us = budget_clock_us();
	sqlite3_progress_handler(s->db, ASK_EVERY, s->stop, s->stop_ctx);
	sqlite3_reset(st);
	sqlite3_bind_int64(st, 1, w->run);
	sqlite3_bind_int64(st, 2, (int64_t)first);
	sqlite3_bind_int64(st, 3, (int64_t)last);
	while ((status = sqlite3_step(st)) == SQLITE_ROW) {
		uint64_t bit = column_u64(st, 0) - first;

		if (bit <= last - first)
			bits[bit / 64] |= 1ull << bit % 64;
	}
	if (status != SQLITE_DONE)
		snprintf(why, size, "%s",
			 status == SQLITE_INTERRUPT ? "stopped" : sqlite3_errmsg(s->db));
	sqlite3_progress_handler(s->db, 0, NULL, NULL);
	sqlite3_reset(st);
	return status == SQLITE_DONE;
}
