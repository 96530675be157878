/* SPDX-License-Identifier: MIT */
/* The numbers below two runs laid side by side. */
#include <string.h>

#include "schema.h"
#include "store.h"

static uint64_t count(struct store *s, int64_t run, const char *sql)
{
	sqlite3_stmt *st = db_prepare(s->db, sql);
	uint64_t number = 0;

	if (!st)
		return 0;
	sqlite3_bind_int64(st, 1, run);
	if (sqlite3_step(st) == SQLITE_ROW)
		number = (uint64_t)sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return number;
}

/* One pass over the events; everything else is small. */
static bool pass(struct store *s, int64_t run, struct store_totals *t)
{
	sqlite3_stmt *st = db_prepare(
		s->db, "SELECT depth, stack, type, work, exit_work, changed & ~edited,"
		       " exit_seq IS NULL, lost, task FROM event WHERE run = ? ORDER BY n");

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, run);
	while (sqlite3_step(st) == SQLITE_ROW) {
		if (sqlite3_column_type(st, 7) != SQLITE_NULL) {
			int64_t lost = sqlite3_column_int64(st, 7);

			t->gaps++;
			t->lost += lost > 0 ? (uint64_t)lost : 0;
			continue;
		}
		uint64_t depth = (uint64_t)sqlite3_column_int64(st, 0) & 0xff;
		unsigned work =
			(unsigned)(sqlite3_column_int64(st, 3) | sqlite3_column_int64(st, 4));
		int64_t on = sqlite3_column_int64(st, 1);

		t->events++;
		t->deepest = depth > t->deepest ? depth : t->deepest;
		t->nmis += sqlite3_column_int(st, 2) == TYPE_NMI;
		t->clobbered += sqlite3_column_int64(st, 5) != 0;
		t->unreturned += sqlite3_column_int(st, 6) != 0;
		/* A switch: the event's frame went to a dedicated stack. */
		t->stack_switches += on >= FT_STACK_EVENT1 && on <= FT_STACK_EVENT4;
		t->with_work += work != 0;
		for (unsigned b = 0; b < 16; b++)
			t->work[b] += work >> b & 1;
	}
	sqlite3_finalize(st);
	return true;
}

bool store_totals(struct store *s, int64_t run, struct store_totals *t)
{
	memset(t, 0, sizeof(*t));
	if (!pass(s, run, t))
		return false;
	t->task_switches = count(s, run, "SELECT count(*) FROM switch WHERE run = ?");
	t->nmi_windows = count(s, run, "SELECT count(*) FROM nmi_window WHERE run = ?");
	t->nested_nmis =
		count(s, run,
		      "WITH RECURSIVE up(n, outer) AS ("
		      " SELECT n, parent FROM event"
		      "  WHERE run = ?1 AND type = 2 AND parent <> 0"
		      " UNION ALL SELECT up.n, e.parent FROM up JOIN event e"
		      "  ON e.run = ?1 AND e.n = up.outer WHERE e.type <> 2 AND e.parent <> 0)"
		      " SELECT count(DISTINCT up.n) FROM up JOIN event e"
		      "  ON e.run = ?1 AND e.n = up.outer WHERE e.type = 2");
	return true;
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
