/* SPDX-License-Identifier: MIT */
#include "store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "schema.h"

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

static void take_exit(sqlite3_stmt *st, struct event *e)
{
	bool apart = sqlite3_column_type(st, 42) != SQLITE_NULL;

	e->exit_seq = column_u64(st, 26);
	e->exit_tsc = column_u64(st, 27);
	e->exit_nmi = (uint8_t)column_u64(st, 28);
	e->exit_work = (uint32_t)column_u64(st, 29);
	e->edited = (uint8_t)column_u64(st, 30);
	e->changed = (uint8_t)column_u64(st, 31);
	e->exit_address = apart ? column_u64(st, 32) : e->address;
	e->exit_gsbase = apart ? column_u64(st, 33) : e->gsbase;
	for (int i = 0; i < FRAME_WORDS; i++)
		e->exit_frame[i] = apart ? column_u64(st, 34 + i) : e->frame[i];
}

static void take_event(sqlite3_stmt *st, struct event *e)
{
	memset(e, 0, sizeof(*e));
	e->n = column_u64(st, 0);
	e->step = column_u64(st, 1);
	e->cpu = (uint8_t)column_u64(st, 2);
	e->gap = sqlite3_column_type(st, 3) != SQLITE_NULL;
	e->lost = sqlite3_column_int64(st, 3);
	e->task = (uint16_t)column_u64(st, 4);
	e->depth = (uint8_t)column_u64(st, 5);
	e->parent = column_u64(st, 6);
	e->type = (uint8_t)column_u64(st, 7);
	e->vector = (uint8_t)column_u64(st, 8);
	e->stack = (uint8_t)column_u64(st, 9);
	e->flags = (uint8_t)column_u64(st, 10);
	e->entered = sqlite3_column_type(st, 11) != SQLITE_NULL;
	e->exited = sqlite3_column_type(st, 26) != SQLITE_NULL;
	e->seq = column_u64(st, 11);
	e->tsc = column_u64(st, 12);
	e->nmi = (uint8_t)column_u64(st, 13);
	e->work = (uint32_t)column_u64(st, 14);
	e->address = column_u64(st, 15);
	e->gsbase = column_u64(st, 16);
	e->cr2 = column_u64(st, 17);
	for (int i = 0; i < FRAME_WORDS; i++)
		e->frame[i] = column_u64(st, 18 + i);
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
