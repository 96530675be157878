/* SPDX-License-Identifier: MIT */
#include "store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event_columns.h"
#include "schema.h"

#define EVENT_SQL                                                                                  \
	"SELECT e.run" EVENT_COLUMNS(COLUMN_NAME_E)                                                \
		EXIT_FRAME(COLUMN_NAME_X) ", x.n"                                                  \
					  " FROM event e LEFT JOIN exit_frame x ON x.run = e.run " \
					  "AND x.n = e.n"                                          \
					  " WHERE e.run = ? AND e.n >= ? ORDER BY e.n LIMIT ?"

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

int64_t store_version(struct store *s)
{
	sqlite3_stmt *st = NULL;
	int64_t version = 0;

	if (sqlite3_prepare_v2(s->db, "PRAGMA data_version", -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		version = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return version;
}

void store_forget(struct store *s)
{
	for (int i = 0; i < STORE_BLOCKS; i++)
		s->block[i].run = 0;
}

static bool known(sqlite3_stmt *st, enum event_place place)
{
	return sqlite3_column_type(st, place) != SQLITE_NULL;
}

static void take_event(sqlite3_stmt *st, struct event *e)
{
	memset(e, 0, sizeof(*e));
	e->gap = known(st, AT_lost);
	e->entered = known(st, AT_seq);
	e->exited = known(st, AT_exit_seq);
	EVENT_COLUMNS(COLUMN_TAKE)
	if (known(st, AT_FRAME_n)) {
		EXIT_FRAME(COLUMN_TAKE_EXIT)
		return;
	}
	e->exit_address = e->address;
	e->exit_gsbase = e->gsbase;
	memcpy(e->exit_frame, e->frame, sizeof(e->exit_frame));
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
		column_text(st, 0, slot->symbol.function, sizeof(slot->symbol.function));
		slot->symbol.offset = column_u64(st, 1);
		column_text(st, 2, slot->symbol.file, sizeof(slot->symbol.file));
		slot->symbol.line = sqlite3_column_int(st, 3);
	}
	sqlite3_reset(st);
	return &slot->symbol;
}

bool store_hold(struct store *s, bool hold)
{
	return db_do(s->db, hold ? "BEGIN" : "COMMIT");
}
