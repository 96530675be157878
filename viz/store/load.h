/* SPDX-License-Identifier: MIT */
/*
 * The sink that fills the run database: rows are gathered and written fifty per
 * statement, which is several times faster than one by one.
 */
#ifndef STORE_LOAD_H
#define STORE_LOAD_H

#include <sqlite3.h>

#include "address_set.h"
#include "batch.h"
#include "event/symbols.h"
#include "load_digest.h"
#include "wire/join.h"

struct load {
	sqlite3 *db;
	struct symbols *symbols; /* may be NULL */
	const char *source, *name;
	struct run run;
	bool open; /* the run's row exists and is not final yet */
	int64_t boot;
	bool clobbered, gaps; /* there was such a row */
	bool late_harm;	      /* rows of harm still need their event's number */
	struct batch events, exits, switches, works, windows;
	struct load_digest *digests;
	struct address_set addresses;
	void (*ended)(void *ctx, const struct run *run); /* may be NULL */
	void *ended_ctx;
};

extern const struct sink load_sink; /* its ctx is a struct load */

/* Begins a transaction. 0, or EXIT_TROUBLE after a message. */
int load_begin(struct load *l, sqlite3 *db, struct symbols *symbols, const char *source,
	       const char *name);

/* Writes what is gathered, names addresses, commits, begins the next transaction. */
int load_commit(struct load *l, const struct run *so_far);

/* Commits (keep) or undoes everything since the last commit, and frees. */
int load_finish(struct load *l, bool keep);

#endif
