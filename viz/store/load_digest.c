/* SPDX-License-Identifier: MIT */
#include "load_digest.h"

#include <stdlib.h>
#include <string.h>

#include "schema.h"
#include "talk/message.h"

/* The numbers and how many there are */
#define NUMBERS(...) (int64_t[]){__VA_ARGS__}, sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)

struct load_digest {
	sqlite3 *db;
	sqlite3_stmt *put_digest, *put_zone, *put_anchor, *put_total, *put_cost, *more;
	int64_t run;
	struct digest block[DIGEST_BLOCK];
	uint64_t number; /* of the block */
	unsigned used;	 /* events in it so far */
	struct zone zone;
	struct anchor_finder finder;
	struct totals totals;
	struct cost cost[2][EVENT_TYPES][EVENT_VECTORS];
};

struct load_digest *load_digest_open(sqlite3 *db)
{
	struct load_digest *l = calloc(1, sizeof(*l));

	if (!l) {
		fail("out of memory");
		return NULL;
	}
	l->db = db;
	l->put_digest = db_prepare(db, "INSERT OR REPLACE INTO digest VALUES(?,?)");
	l->put_zone = db_prepare(db, "INSERT OR REPLACE INTO zone VALUES(?,?,?,?,?,?,?,?,?,?,?,?)");
	l->put_anchor = db_prepare(db, "INSERT OR REPLACE INTO anchor VALUES(?,?,?)");
	l->put_total = db_prepare(db, "INSERT OR REPLACE INTO total VALUES(?,?,?)");
	l->put_cost = db_prepare(db, "INSERT OR REPLACE INTO cost VALUES(?,?,?,?,?,?,?,?,?,?)");
	l->more = db_prepare(db, "UPDATE zone SET has = has | ? WHERE run = ? AND block = ?");
	if (l->put_digest && l->put_zone && l->put_anchor && l->put_total && l->put_cost && l->more)
		return l;
	load_digest_close(l);
	return NULL;
}

void load_digest_close(struct load_digest *l)
{
	if (!l)
		return;
	sqlite3_finalize(l->put_digest);
	sqlite3_finalize(l->put_zone);
	sqlite3_finalize(l->put_anchor);
	sqlite3_finalize(l->put_total);
	sqlite3_finalize(l->put_cost);
	sqlite3_finalize(l->more);
	free(l);
}

void load_digest_begin(struct load_digest *l, int64_t run)
{
	l->run = run;
	l->number = l->used = 0;
	anchor_restart(&l->finder);
	memset(&l->zone, 0, sizeof(l->zone));
	memset(&l->totals, 0, sizeof(l->totals));
	memset(l->cost, 0, sizeof(l->cost));
}

void load_digest_step(struct load_digest *l)
{
	anchor_restart(&l->finder);
}

struct totals *load_digest_totals(struct load_digest *l)
{
	return &l->totals;
}

/* Binds the numbers in order and runs the statement. */
static int put(sqlite3_stmt *st, const int64_t *number, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sqlite3_bind_int64(st, (int)i + 1, number[i]);
	sqlite3_step(st);
	return sqlite3_reset(st) == SQLITE_OK ? 0 : -1;
}

static int write_block(struct load_digest *l)
{
	const struct zone *z = &l->zone;
	const int64_t number[] = {l->run,
				  (int64_t)l->number,
				  (int64_t)z->tsc,
				  z->has,
				  z->types,
				  z->stacks,
				  (int64_t)z->tasks,
				  z->deepest,
				  (int64_t)z->vectors[0],
				  (int64_t)z->vectors[1],
				  (int64_t)z->vectors[2],
				  (int64_t)z->vectors[3]};

	if (!l->used)
		return 0;
	sqlite3_bind_int64(l->put_digest, 1, DIGEST_ID(l->run, l->number));
	sqlite3_bind_blob(l->put_digest, 2, l->block, (int)(l->used * sizeof(struct digest)),
			  SQLITE_STATIC);
	sqlite3_step(l->put_digest);
	if (sqlite3_reset(l->put_digest) != SQLITE_OK)
		return -1;
	return put(l->put_zone, number, sizeof(number) / sizeof(number[0]));
}

static void count_cost(struct load_digest *l, const struct event *e)
{
	cost_event(
		&l->cost[e->flags & FT_FLAG_FRED ? 1 : 0][e->type & (EVENT_TYPES - 1)][e->vector],
		e);
}

int load_digest_event(struct load_digest *l, const struct event *e)
{
	struct anchor anchor;

	if (l->used == DIGEST_BLOCK) {
		if (write_block(l))
			return -1;
		l->used = 0;
		l->number++;
		memset(&l->zone, 0, sizeof(l->zone));
	}
	/* A gap has no time: the block counts from its first event that has one. */
	if (!l->zone.tsc && !e->gap)
		l->zone.tsc = event_time(e);
	struct digest *d = &l->block[l->used++];

	digest_of(d, e, l->zone.tsc);
	zone_add(&l->zone, d);
	totals_event(&l->totals, e, d);
	if (!e->gap)
		count_cost(l, e);
	if (!anchor_take(&l->finder, d, e->n, &anchor))
		return 0;
	return put(l->put_anchor, NUMBERS(l->run, (int64_t)anchor.n, (int64_t)anchor.hash));
}

/* The block is in the database: 32 bytes of it are rewritten. */
static int patch(struct load_digest *l, uint64_t number, uint64_t slot, const struct event *e)
{
	struct digest d, late;
	sqlite3_blob *blob;
	int at = (int)(slot * sizeof(d)), status;

	if (sqlite3_blob_open(l->db, "main", "digest", "events", DIGEST_ID(l->run, number), 1,
			      &blob) != SQLITE_OK)
		return -1;
	status = sqlite3_blob_read(blob, &d, sizeof(d), at);
	if (status == SQLITE_OK) {
		digest_of(&late, e, 0);
		d.back = late.back;
		d.clobbered = late.clobbered;
		d.exit_nmi = late.exit_nmi;
		d.work |= late.work;
		d.flags |= DIGEST_EXITED;
		status = sqlite3_blob_write(blob, &d, sizeof(d), at);
	}
	sqlite3_blob_close(blob);
	if (status != SQLITE_OK)
		return -1;
	int64_t has = (d.clobbered ? ZONE_CLOBBERED : 0) | (d.work ? ZONE_WORK : 0);

	return put(l->more, NUMBERS(has, l->run, (int64_t)number));
}

int load_digest_late_exit(struct load_digest *l, const struct event *e, uint32_t before)
{
	uint64_t number = (e->n - 1) / DIGEST_BLOCK, slot = (e->n - 1) % DIGEST_BLOCK;
	struct cost *c =
		&l->cost[e->flags & FT_FLAG_FRED ? 1 : 0][e->type & (EVENT_TYPES - 1)][e->vector];

	totals_late_exit(&l->totals, e, before);
	c->events--; /* it counted already, without an exit */
	c->work -= (uint64_t)__builtin_popcount(before);
	cost_event(c, e);
	if (number != l->number)
		return patch(l, number, slot, e);
	digest_of(&l->block[slot], e, l->zone.tsc);
	zone_add(&l->zone, &l->block[slot]);
	return 0;
}

static int write_total(struct load_digest *l, const char *key, uint64_t number)
{
	sqlite3_bind_text(l->put_total, 2, key, -1, SQLITE_STATIC);
	sqlite3_bind_int64(l->put_total, 1, l->run);
	sqlite3_bind_int64(l->put_total, 3, (int64_t)number);
	sqlite3_step(l->put_total);
	return sqlite3_reset(l->put_total) == SQLITE_OK ? 0 : -1;
}

static int write_totals(struct load_digest *l)
{
	char key[32];
	int error = 0;

	for (size_t i = 0; i < totals_count && !error; i++)
		error = write_total(l, totals_names[i].key, *totals_number(&l->totals, i));
	for (unsigned i = 0; i < TOTALS_WORKS && !error; i++) {
		sqlite3_snprintf(sizeof(key), key, "work_%u", i);
		error = write_total(l, key, l->totals.work[i]);
	}
	for (unsigned i = 0; i < TOTALS_HARMS && !error; i++) {
		sqlite3_snprintf(sizeof(key), key, "harm_%u", i);
		error = write_total(l, key, l->totals.harm[i]);
	}
	return error;
}

static int write_costs(struct load_digest *l)
{
	const struct cost *c = l->cost[0][0], *end = c + 2 * EVENT_TYPES * EVENT_VECTORS;
	int error = 0;

	for (; c < end && !error; c++) {
		if (c->events)
			error = put(l->put_cost,
				    NUMBERS(l->run, c->fred, c->type, c->vector, (int64_t)c->events,
					    (int64_t)c->returned, (int64_t)c->ticks,
					    (int64_t)c->least, (int64_t)c->most, (int64_t)c->work));
	}
	return error;
}

int load_digest_flush(struct load_digest *l)
{
	if (!l->run)
		return 0;
	return write_block(l) || write_totals(l) || write_costs(l) ? -1 : 0;
}
