/* SPDX-License-Identifier: MIT */
#include "store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema.h"
#include "text.h"

#define EVENT_SQL                                                                               \
	"SELECT e.n, e.step, e.cpu, e.lost, e.task, e.depth, e.parent, e.type, e.vector,"       \
	" e.stack, e.flags, e.seq, e.tsc, e.nmi, e.work, e.address, e.gsbase, e.cr2, e.error,"  \
	" e.rip, e.cs, e.rflags, e.rsp, e.ss, e.data, e.zero, e.exit_seq, e.exit_tsc,"          \
	" e.exit_nmi, e.exit_work, e.edited, e.changed, x.address, x.gsbase, x.error, x.rip,"   \
	" x.cs, x.rflags, x.rsp, x.ss, x.data, x.zero, x.n FROM event e LEFT JOIN exit_frame x" \
	" ON x.run = e.run AND x.n = e.n WHERE e.run = ? AND e.n >= ? ORDER BY e.n LIMIT ?"

bool store_open(struct store *s, const char *path)
{
	memset(s, 0, sizeof(*s));
	s->db = db_open(path, DB_READ);
	s->cache = calloc(STORE_SYMBOLS, sizeof(*s->cache));
	if (!s->db || !s->cache) {
		store_close(s);
		return false;
	}
	s->events = db_prepare(s->db, EVENT_SQL);
	s->symbol = db_prepare(s->db, "SELECT function, offset, file, line FROM symbol WHERE "
				      "boot = ? AND address = ?");
	if (s->events && s->symbol)
		return true;
	store_close(s);
	return false;
}

void store_close(struct store *s)
{
	sqlite3_finalize(s->events);
	sqlite3_finalize(s->digests);
	sqlite3_finalize(s->symbol);
	db_close(s->db);
	free(s->cache);
	for (int i = 0; i < STORE_BLOCKS; i++)
		free(s->block[i].digest);
	memset(s, 0, sizeof(*s));
}

static void take_text(sqlite3_stmt *st, int column, char *to, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(st, column);

	text_clean(to, size, text ? text : "", text ? strlen(text) : 0);
}

static uint64_t take(sqlite3_stmt *st, int column)
{
	return (uint64_t)sqlite3_column_int64(st, column);
}

static void take_run(sqlite3_stmt *st, struct run *r)
{
	memset(r, 0, sizeof(*r));
	r->id = sqlite3_column_int64(st, 0);
	r->boot = sqlite3_column_int64(st, 1);
	r->created = sqlite3_column_int64(st, 2);
	take_text(st, 3, r->name, sizeof(r->name));
	take_text(st, 4, r->workload, sizeof(r->workload));
	r->options = take(st, 5);
	r->events = take(st, 6);
	r->gaps = take(st, 7);
	r->lost = take(st, 8);
	r->begin_tsc = take(st, 9);
	r->end_tsc = take(st, 10);
	r->ended = sqlite3_column_type(st, 11) != SQLITE_NULL;
	r->result = take(st, 11);
	take_text(st, 12, r->incomplete, sizeof(r->incomplete));
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

void store_forget(struct store *s)
{
	for (int i = 0; i < STORE_BLOCKS; i++)
		s->block[i].run = 0;
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

static uint64_t last_number(struct store *s, const struct run *run)
{
	sqlite3_stmt *st = db_prepare(s->db, "SELECT max(n) FROM event WHERE run = ?");
	uint64_t last = 0;

	if (!st)
		return 0;
	sqlite3_bind_int64(st, 1, run->id);
	if (sqlite3_step(st) == SQLITE_ROW)
		last = take(st, 0);
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

		step->value = take(st, 0);
		take_text(st, 1, step->text, sizeof(step->text));
		step->first = take(st, 2);
		step->tsc = take(st, 3);
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

static void take_exit(sqlite3_stmt *st, struct event *e)
{
	bool apart = sqlite3_column_type(st, 42) != SQLITE_NULL;

	e->exit_seq = take(st, 26);
	e->exit_tsc = take(st, 27);
	e->exit_nmi = (uint8_t)take(st, 28);
	e->exit_work = (uint32_t)take(st, 29);
	e->edited = (uint8_t)take(st, 30);
	e->changed = (uint8_t)take(st, 31);
	e->exit_address = apart ? take(st, 32) : e->address;
	e->exit_gsbase = apart ? take(st, 33) : e->gsbase;
	for (int i = 0; i < FRAME_WORDS; i++)
		e->exit_frame[i] = apart ? take(st, 34 + i) : e->frame[i];
}

static void take_event(sqlite3_stmt *st, struct event *e)
{
	memset(e, 0, sizeof(*e));
	e->n = take(st, 0);
	e->step = take(st, 1);
	e->cpu = (uint8_t)take(st, 2);
	e->gap = sqlite3_column_type(st, 3) != SQLITE_NULL;
	e->lost = sqlite3_column_int64(st, 3);
	e->task = (uint16_t)take(st, 4);
	e->depth = (uint8_t)take(st, 5);
	e->parent = take(st, 6);
	e->type = (uint8_t)take(st, 7);
	e->vector = (uint8_t)take(st, 8);
	e->stack = (uint8_t)take(st, 9);
	e->flags = (uint8_t)take(st, 10);
	e->entered = sqlite3_column_type(st, 11) != SQLITE_NULL;
	e->exited = sqlite3_column_type(st, 26) != SQLITE_NULL;
	e->seq = take(st, 11);
	e->tsc = take(st, 12);
	e->nmi = (uint8_t)take(st, 13);
	e->work = (uint32_t)take(st, 14);
	e->address = take(st, 15);
	e->gsbase = take(st, 16);
	e->cr2 = take(st, 17);
	for (int i = 0; i < FRAME_WORDS; i++)
		e->frame[i] = take(st, 18 + i);
	take_exit(st, e);
}

size_t store_events(struct store *s, int64_t run, uint64_t first, size_t room, struct event *out)
{
	size_t count = 0;

	sqlite3_reset(s->events);
	sqlite3_bind_int64(s->events, 1, run);
	sqlite3_bind_int64(s->events, 2, (int64_t)first);
	sqlite3_bind_int64(s->events, 3, (int64_t)room);
	while (count < room && sqlite3_step(s->events) == SQLITE_ROW)
		take_event(s->events, &out[count++]);
	sqlite3_reset(s->events);
	return count;
}

static struct store_symbol_slot *slot_of(struct store *s, int64_t boot, uint64_t address)
{
	return &s->cache[digest_mix((uint64_t)boot, address) % STORE_SYMBOLS];
}

const struct symbol *store_symbol(struct store *s, int64_t boot, uint64_t address)
{
	struct store_symbol_slot *slot = slot_of(s, boot, address);
	sqlite3_stmt *st = s->symbol;

	if (slot->known && slot->boot == boot && slot->address == address)
		return &slot->symbol;
	memset(slot, 0, sizeof(*slot));
	slot->known = true;
	slot->boot = boot;
	slot->address = address;
	sqlite3_reset(st);
	sqlite3_bind_int64(st, 1, boot);
	sqlite3_bind_int64(st, 2, (int64_t)address);
	if (sqlite3_step(st) == SQLITE_ROW) {
		take_text(st, 0, slot->symbol.function, sizeof(slot->symbol.function));
		slot->symbol.offset = take(st, 1);
		take_text(st, 2, slot->symbol.file, sizeof(slot->symbol.file));
		slot->symbol.line = sqlite3_column_int(st, 3);
	}
	sqlite3_reset(st);
	return &slot->symbol;
}

bool store_hold(struct store *s, bool hold)
{
	return db_do(s->db, hold ? "BEGIN" : "COMMIT");
}
