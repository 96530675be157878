/* SPDX-License-Identifier: MIT */
/* Reading the run database: runs, steps, events by number. Never by OFFSET. */
#ifndef STORE_H
#define STORE_H

#include <sqlite3.h>
#include <stddef.h>

#include "event/anchor.h"
#include "event/event.h"
#include "event/symbols.h"
#include "event/totals.h"
#include "event/zone.h"

#define STORE_SYMBOLS 4096 /* names of addresses that are kept in memory */

struct store_symbol_slot {
	bool known;
	int64_t boot;
	uint64_t address;
	struct symbol symbol;
};

#define STORE_BLOCKS 16 /* blocks of digests that are kept in memory, 128 KiB each */

struct store_block {
	int64_t run; /* 0 = empty */
	uint64_t number, used;
	size_t count;
	struct digest *digest; /* DIGEST_BLOCK of them */
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *events, *digests, *symbol;
	struct store_symbol_slot *cache;
	struct store_block block[STORE_BLOCKS];
	uint64_t clock; /* for the least recently used block */
	/* Called while SQL of the user's own runs, unless NULL. Not 0 stops it. */
	int (*stop)(void *ctx);
	void *stop_ctx;
	uint64_t asking_us; /* when it began */
};

struct store_step {
	uint64_t value;	      /* the workload's own number of the step */
	uint64_t first, last; /* event numbers; none if last < first */
	uint64_t tsc;	      /* when it began */
	char text[RUN_TEXT];
};

/* False after a message. */
bool store_open(struct store *s, const char *path);
void store_close(struct store *s);

/* All runs, oldest first; *runs is for free(). The number of them, or -1. */
int store_runs(struct store *s, struct run **runs);

/*
 * The run that `word` names: a number, "latest", or "latest-N" for the N-th before it.
 * False after a message.
 */
bool store_find(struct store *s, const char *word, struct run *run);

/* A run's head as it is now. False after a message. */
bool store_run(struct store *s, int64_t id, struct run *run);

/* Another number than before: some other program wrote to the database. */
int64_t store_version(struct store *s);

/* The database has grown: blocks in memory must be read again. */
void store_forget(struct store *s);

/* The newest two runs of one boot, in order; the newest run alone if it has no twin. */
int store_newest(struct store *s, struct run runs[2]);

/*
 * The runs that a command is about: words[0..count). None takes the newest two runs of one
 * boot; one or two words name runs. Returns how many runs, or 0 after a message.
 */
int store_pick(struct store *s, char **words, int count, struct run runs[2]);

#define STORE_EVENTS_MAX 1000000000ull /* a run that counts beyond is damaged */

/* Steps of a run; step 0 holds what came before the first. The number, or -1. */
int store_steps(struct store *s, const struct run *run, struct store_step **steps);

/* Events first.. of a run, at most `room`; how many were read. */
size_t store_events(struct store *s, int64_t run, uint64_t first, size_t room, struct event *out);

/*
 * The digests of block `number` of a run whose last event is `last`; *count of them. From
 * the block, or, where a database has none, from the rows. NULL without memory. Valid
 * until STORE_BLOCKS - 1 others were asked for.
 */
const struct digest *store_digests(struct store *s, int64_t run, uint64_t last, uint64_t number,
				   size_t *count);

/* What each block holds, for *count of them; NULL where nothing is known. For free(). */
struct zone *store_zones(struct store *s, int64_t run, size_t *count);

/* Anchors with first < n <= last, in order; NULL without any. For free(). */
struct anchor *store_anchors(struct store *s, int64_t run, uint64_t first, uint64_t last,
			     size_t *count);

/* Never NULL; empty if the address has no name. Valid until many others were asked for. */
const struct symbol *store_symbol(struct store *s, int64_t boot, uint64_t address);

/*
 * From hold to release the database stands still for this reader, and many small reads
 * cost one lock. A writer has to wait, so hold it for one screen or one listing.
 */
bool store_hold(struct store *s, bool hold);

/* Where a stack lies; task = 0 for event stacks */
struct store_stack {
	uint16_t task;
	uint8_t stack;
	uint64_t low, size;
};

struct store_task {
	uint16_t task;
	char name[SYMBOL_TEXT];
};

struct store_harm {
	unsigned harm; /* enum ft_harm */
	uint64_t address, value;
};

/* All of a run, for free(); their number, or -1 after a message. */
int store_stacks(struct store *s, int64_t run, struct store_stack **list);
int store_tasks(struct store *s, int64_t run, struct store_task **list);

/* The number of the task of that name in a run; false if there is none. */
bool store_task_number(struct store *s, int64_t run, const char *name, uint64_t *task);

/* What went wrong with event n; false: nothing that was noticed. */
bool store_harm(struct store *s, int64_t run, uint64_t n, struct store_harm *harm);

bool store_totals(struct store *s, int64_t run, struct totals *totals);

/* What each kind of event cost in a run, most expensive first; their number, or -1. For free(). */
int store_costs(struct store *s, int64_t run, struct cost **costs);

/* Do two runs have the same results, step by step? 1 yes, 0 no, -1 neither has any. */
int store_same_results(struct store *s, int64_t a, int64_t b);

#endif
