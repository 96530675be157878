/* SPDX-License-Identifier: MIT */
/* The runs of a database, found by number or by word, and the steps of one. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "schema.h"
#include "store.h"
#include "talk/message.h"

static void take_run(sqlite3_stmt *st, struct run *r)
{
	memset(r, 0, sizeof(*r));
	r->id = sqlite3_column_int64(st, 0);
	r->boot = sqlite3_column_int64(st, 1);
	r->created = sqlite3_column_int64(st, 2);
	column_text(st, 3, r->name, sizeof(r->name));
	column_text(st, 4, r->workload, sizeof(r->workload));
	r->options = column_u64(st, 5);
	r->events = column_u64(st, 6);
	r->gaps = column_u64(st, 7);
	r->lost = column_u64(st, 8);
	r->begin_tsc = column_u64(st, 9);
	r->end_tsc = column_u64(st, 10);
	r->ended = sqlite3_column_type(st, 11) != SQLITE_NULL;
	r->result = column_u64(st, 11);
	column_text(st, 12, r->incomplete, sizeof(r->incomplete));
}

#define RUN_SQL                                                                             \
	"SELECT id, boot, created, name, workload, options, events, gaps, lost, begin_tsc," \
	" end_tsc, result, incomplete FROM run"

bool store_run(struct store *s, int64_t id, struct run *run)
{
	sqlite3_stmt *st = db_prepare(s->db, RUN_SQL " WHERE id = ?");
	bool found;

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, id);
	found = sqlite3_step(st) == SQLITE_ROW;
	if (found)
		take_run(st, run);
	sqlite3_finalize(st);
	if (!found)
		fail("run %" PRId64 " is no longer in the database", id);
	return found;
}

int store_runs(struct store *s, struct run **runs)
{
	sqlite3_stmt *st = db_prepare(s->db, RUN_SQL " ORDER BY id");
	int count = 0, room = 0, status = SQLITE_DONE;

	*runs = NULL;
	while (st && (status = sqlite3_step(st)) == SQLITE_ROW) {
		if (count == room) {
			room = room ? 2 * room : 16;
			struct run *larger = realloc(*runs, (size_t)room * sizeof(**runs));

			if (!larger)
				break;
			*runs = larger;
		}
		take_run(st, &(*runs)[count++]);
	}
	if (st && status == SQLITE_DONE) {
		sqlite3_finalize(st);
		return count;
	}
	db_fail(s->db, "reading the runs");
	sqlite3_finalize(st);
	free(*runs);
	*runs = NULL;
	return -1;
}

/* The place of the run that `word` names among `count` runs, or -1. */
static int place_of(const char *word, const struct run *runs, int count)
{
	char *end;
	long number;

	if (!strcmp(word, "latest"))
		return count - 1;
	if (!strncmp(word, "latest-", 7)) {
		number = strtol(word + 7, &end, 10);
		return *end || number < 0 || number >= count ? -1 : count - 1 - (int)number;
	}
	number = strtol(word, &end, 10);
	for (int i = 0; !*end && end != word && i < count; i++) {
		if (runs[i].id == number)
			return i;
	}
	return -1;
}

bool store_find(struct store *s, const char *word, struct run *run)
{
	struct run *runs;
	int count = store_runs(s, &runs), place;

	if (count < 0)
		return false;
	place = place_of(word, runs, count);
	if (place >= 0)
		*run = runs[place];
	else
		fail("no run '%s' among the %d in the database; `fredviz list` shows them", word,
		     count);
	free(runs);
	return place >= 0;
}

int store_newest(struct store *s, struct run runs[2])
{
	struct run *all;
	int count = store_runs(s, &all), found = 0;

	if (count > 1 && all[count - 1].boot == all[count - 2].boot)
		runs[found++] = all[count - 2];
	if (count > 0)
		runs[found++] = all[count - 1];
	free(all);
	if (!count)
		fail("the database holds no run yet; fill it with `fredviz import TRACE`");
	return found;
}

int store_pick(struct store *s, char **words, int count, struct run runs[2])
{
	if (!count)
		return store_newest(s, runs);
	if (count > 2) {
		fail("at most two runs can be laid side by side");
		return 0;
	}
	for (int i = 0; i < count; i++) {
		if (!store_find(s, words[i], &runs[i]))
			return 0;
	}
	return count;
}

static uint64_t last_number(struct store *s, const struct run *run)
{
	sqlite3_stmt *st = db_prepare(s->db, "SELECT max(n) FROM event WHERE run = ?");
	uint64_t last = 0;

	if (!st)
		return 0;
	sqlite3_bind_int64(st, 1, run->id);
	if (sqlite3_step(st) == SQLITE_ROW)
		last = column_u64(st, 0);
	sqlite3_finalize(st);
	return last;
}

int store_steps(struct store *s, const struct run *run, struct store_step **steps)
{
	sqlite3_stmt *st = db_prepare(
		s->db, "SELECT value, text, first_n, tsc FROM step WHERE run = ? ORDER BY step");
	int count = 1, room = 16;
	uint64_t last = last_number(s, run);
	struct store_step *list = calloc((size_t)room, sizeof(*list));

	*steps = NULL;
	if (!st || !list) {
		sqlite3_finalize(st);
		free(list);
		return -1;
	}
	if (last >= STORE_EVENTS_MAX) {
		complain("run %" PRId64 " counts to event %" PRIu64 ": the database is damaged",
			 run->id, last);
		sqlite3_finalize(st);
		free(list);
		return -1;
	}
	list[0].first = 1;
	list[0].tsc = run->begin_tsc;
	sqlite3_bind_int64(st, 1, run->id);
	while (sqlite3_step(st) == SQLITE_ROW) {
		if (count == room) {
			struct store_step *larger = realloc(list, 2 * (size_t)room * sizeof(*list));

			if (!larger)
				break;
			list = larger;
			room *= 2;
		}
		struct store_step *step = &list[count++];

		step->value = column_u64(st, 0);
		column_text(st, 1, step->text, sizeof(step->text));
		step->first = column_u64(st, 2);
		step->tsc = column_u64(st, 3);
		/* A damaged database may count backwards, or beyond the end. */
		if (step->first < step[-1].first || step->first > last + 1)
			step->first = step->first > last + 1 ? last + 1 : step[-1].first;
		step[-1].last = step->first - 1;
	}
	sqlite3_finalize(st);
	list[count - 1].last = last;
	*steps = list;
	return count;
}
