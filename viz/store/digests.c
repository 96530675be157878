/* SPDX-License-Identifier: MIT */
/* What is kept beside the rows: digests, zones, anchors. A database without them has rows. */
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "schema.h"
#include "store.h"

#define ROWS_AT_ONCE 64

/* A database of an older version has no such table: that is no trouble. */
static sqlite3_stmt *prepare_quietly(struct store *s, const char *sql)
{
	sqlite3_stmt *st = NULL;

	sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);
	return st;
}

static bool from_block(struct store *s, struct store_block *b, size_t expected)
{
	size_t bytes = 0;

	if (!s->digests)
		s->digests = prepare_quietly(s, "SELECT events FROM digest WHERE id = ?");
	if (!s->digests)
		return false;
	sqlite3_bind_int64(s->digests, 1, DIGEST_ID(b->run, b->number));
	if (sqlite3_step(s->digests) == SQLITE_ROW) {
		const void *blob = sqlite3_column_blob(s->digests, 0);

		bytes = (size_t)sqlite3_column_bytes(s->digests, 0);
		if (blob && bytes == expected * sizeof(struct digest))
			memcpy(b->digest, blob, bytes);
		else
			bytes = 0;
	}
	sqlite3_reset(s->digests);
	b->count = bytes / sizeof(struct digest);
	return b->count == expected;
}

/* Numbers are dense; in a damaged database what is missing is all zero. */
static bool from_rows(struct store *s, struct store_block *b, size_t expected)
{
	struct event *e = malloc(ROWS_AT_ONCE * sizeof(*e));
	uint64_t first = b->number * DIGEST_BLOCK + 1, next = first, base = 0;
	size_t got = ROWS_AT_ONCE;

	if (!e)
		return false;
	memset(b->digest, 0, DIGEST_BLOCK * sizeof(*b->digest));
	while (got == ROWS_AT_ONCE && next < first + expected) {
		got = store_events(s, b->run, next, ROWS_AT_ONCE, e);
		for (size_t i = 0; i < got && e[i].n < first + expected; i++) {
			if (!base && !e[i].gap)
				base = event_time(&e[i]);
			digest_of(&b->digest[e[i].n - first], &e[i], base);
		}
		if (got)
			next = e[got - 1].n + 1;
	}
	free(e);
	b->count = expected;
	return true;
}

static struct store_block *oldest(struct store *s)
{
	struct store_block *b = s->block;

	for (int i = 1; i < STORE_BLOCKS; i++) {
		if (s->block[i].used < b->used)
			b = &s->block[i];
	}
	return b;
}

const struct digest *store_digests(struct store *s, int64_t run, uint64_t last, uint64_t number,
				   size_t *count)
{
	uint64_t before = number * DIGEST_BLOCK;
	size_t expected = before >= last		 ? 0
			  : last - before < DIGEST_BLOCK ? (size_t)(last - before)
							 : DIGEST_BLOCK;

	for (int i = 0; i < STORE_BLOCKS; i++) {
		struct store_block *b = &s->block[i];

		/* A run that is still recorded grows: its last block is read again */
		if (b->run == run && b->number == number && b->count == expected) {
			b->used = ++s->clock;
			*count = b->count;
			return b->digest;
		}
	}
	struct store_block *b = oldest(s);

	if (!b->digest)
		b->digest = calloc(DIGEST_BLOCK, sizeof(*b->digest));
	if (!b->digest)
		return NULL;
	b->run = run;
	b->number = number;
	b->used = ++s->clock;
	if (!from_block(s, b, expected) && !from_rows(s, b, expected)) {
		b->run = 0;
		return NULL;
	}
	*count = b->count;
	return b->digest;
}

/* An array that grows; false without memory. */
static bool room_for(void **list, size_t count, size_t size)
{
	if (count & (count - 1) || (count && count < 64))
		return true;
	void *larger = realloc(*list, (count ? 2 * count : 64) * size);

	if (larger)
		*list = larger;
	return larger;
}

struct zone *store_zones(struct store *s, int64_t run, size_t *count)
{
	sqlite3_stmt *st = prepare_quietly(
		s, "SELECT block, tsc, has, types, stacks, tasks, deepest, v0, v1, v2, v3"
		   " FROM zone WHERE run = ? ORDER BY block");
	struct zone *list = NULL;

	*count = 0;
	if (!st)
		return NULL;
	sqlite3_bind_int64(st, 1, run);
	while (sqlite3_step(st) == SQLITE_ROW && column_u64(st, 0) == *count &&
	       room_for((void **)&list, *count, sizeof(*list))) {
		struct zone *z = &list[(*count)++];

		z->tsc = column_u64(st, 1);
		z->has = (uint16_t)column_u64(st, 2);
		z->types = (uint16_t)column_u64(st, 3);
		z->stacks = (uint32_t)column_u64(st, 4);
		z->tasks = column_u64(st, 5);
		z->deepest = (uint8_t)column_u64(st, 6);
		for (int i = 0; i < 4; i++)
			z->vectors[i] = column_u64(st, 7 + i);
	}
	sqlite3_finalize(st);
	return list;
}

struct anchor *store_anchors(struct store *s, int64_t run, uint64_t first, uint64_t last,
			     size_t *count)
{
	sqlite3_stmt *st = prepare_quietly(
		s, "SELECT n, hash FROM anchor WHERE run = ? AND n > ? AND n <= ? ORDER BY n");
	struct anchor *list = NULL;

	*count = 0;
	if (!st)
		return NULL;
	sqlite3_bind_int64(st, 1, run);
	sqlite3_bind_int64(st, 2, (int64_t)first);
	sqlite3_bind_int64(st, 3, (int64_t)last);
	while (sqlite3_step(st) == SQLITE_ROW && room_for((void **)&list, *count, sizeof(*list)))
		list[(*count)++] = (struct anchor){column_u64(st, 0), column_u64(st, 1)};
	sqlite3_finalize(st);
	return list;
}
