/* SPDX-License-Identifier: MIT */
/* The numbers that sum up a run: kept beside it, or counted where an old database has none. */
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "schema.h"
#include "store.h"

/* A database of an older version has no such table: that is no trouble. */
static sqlite3_stmt *prepare(struct store *s, int64_t run, const char *sql)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) == SQLITE_OK)
		sqlite3_bind_int64(st, 1, run);
	return st;
}

static uint64_t count(struct store *s, int64_t run, const char *sql)
{
	sqlite3_stmt *st = prepare(s, run, sql);
	uint64_t number = 0;

	if (st && sqlite3_step(st) == SQLITE_ROW)
		number = column_u64(st, 0);
	sqlite3_finalize(st);
	return number;
}

static void name_number(struct totals *t, const char *key, uint64_t number)
{
	unsigned index = 0;

	for (size_t i = 0; i < totals_count; i++) {
		if (!strcmp(key, totals_names[i].key))
			*totals_number(t, i) = number;
	}
	if (!strncmp(key, "work_", 5) && (index = (unsigned)atoi(key + 5)) < TOTALS_WORKS)
		t->work[index] = number;
	if (!strncmp(key, "harm_", 5) && (index = (unsigned)atoi(key + 5)) < TOTALS_HARMS)
		t->harm[index] = number;
}

static bool kept(struct store *s, int64_t run, struct totals *t)
{
	sqlite3_stmt *st = prepare(s, run, "SELECT what, number FROM total WHERE run = ?");
	bool any = false;

	while (st && sqlite3_step(st) == SQLITE_ROW) {
		const char *key = (const char *)sqlite3_column_text(st, 0);

		name_number(t, key ? key : "", column_u64(st, 1));
		any = true;
	}
	sqlite3_finalize(st);
	return any;
}

static void count_harms(struct store *s, int64_t run, struct totals *t)
{
	sqlite3_stmt *st =
		prepare(s, run, "SELECT harm, count(*) FROM harm WHERE run = ? GROUP BY harm");

	while (st && sqlite3_step(st) == SQLITE_ROW)
		*totals_harm(t, column_u64(st, 0)) += column_u64(st, 1);
	sqlite3_finalize(st);
}

#define NESTED_NMIS                                                               \
	"WITH RECURSIVE up(n, outer) AS ("                                        \
	" SELECT n, parent FROM event"                                            \
	"  WHERE run = ?1 AND type = 2 AND parent <> 0"                           \
	" UNION ALL SELECT up.n, e.parent FROM up JOIN event e"                   \
	"  ON e.run = ?1 AND e.n = up.outer WHERE e.type <> 2 AND e.parent <> 0)" \
	" SELECT count(DISTINCT up.n) FROM up JOIN event e"                       \
	"  ON e.run = ?1 AND e.n = up.outer WHERE e.type = 2"

/* One pass over the rows; everything else is small. */
static bool counted(struct store *s, int64_t run, struct totals *t)
{
	struct event e[64];
	uint64_t next = 1;
	size_t got;

	while ((got = store_events(s, run, next, 64, e)) > 0) {
		for (size_t i = 0; i < got; i++) {
			struct digest d;

			digest_of(&d, &e[i], 0);
			totals_event(t, &e[i], &d);
		}
		if (e[got - 1].n < next)
			return false;
		next = e[got - 1].n + 1;
	}
	t->task_switches = count(s, run, "SELECT count(*) FROM switch WHERE run = ?");
	t->nmi_windows = count(s, run, "SELECT count(*) FROM nmi_window WHERE run = ?");
	t->held_back = count(s, run, "SELECT count(*) FROM nmi_window WHERE run = ? AND pending");
	t->nested_nmis = count(s, run, NESTED_NMIS);
	count_harms(s, run, t);
	return true;
}

bool store_totals(struct store *s, int64_t run, struct totals *t)
{
	memset(t, 0, sizeof(*t));
	return kept(s, run, t) || counted(s, run, t);
}

int store_costs(struct store *s, int64_t run, struct cost **costs)
{
	sqlite3_stmt *st = prepare(s, run,
				   "SELECT fred, type, vector, events, returned, ticks, least,"
				   " most, work FROM cost WHERE run = ? ORDER BY ticks DESC");
	int number = 0, room = 0;

	*costs = NULL;
	while (st && sqlite3_step(st) == SQLITE_ROW) {
		if (number == room) {
			room = room ? 2 * room : 32;
			struct cost *larger = realloc(*costs, (size_t)room * sizeof(**costs));

			if (!larger)
				break;
			*costs = larger;
		}
		(*costs)[number++] = (struct cost){
			.fred = column_u64(st, 0),
			.type = (uint8_t)column_u64(st, 1),
			.vector = (uint8_t)column_u64(st, 2),
			.events = column_u64(st, 3),
			.returned = column_u64(st, 4),
			.ticks = column_u64(st, 5),
			.least = column_u64(st, 6),
			.most = column_u64(st, 7),
			.work = column_u64(st, 8),
		};
	}
	sqlite3_finalize(st);
	return number;
}

int store_same_results(struct store *s, int64_t a, int64_t b)
{
	sqlite3_stmt *st =
		db_prepare(s->db, "SELECT (SELECT count(*) FROM result WHERE run IN (?1, ?2)),"
				  " NOT EXISTS(SELECT step, value FROM result WHERE run = ?1 EXCEPT"
				  " SELECT step, value FROM result WHERE run = ?2) AND"
				  " NOT EXISTS(SELECT step, value FROM result WHERE run = ?2 EXCEPT"
				  " SELECT step, value FROM result WHERE run = ?1)");
	int same = -1;

	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, a);
	sqlite3_bind_int64(st, 2, b);
	if (sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int64(st, 0))
		same = sqlite3_column_int(st, 1);
	sqlite3_finalize(st);
	return same;
}
