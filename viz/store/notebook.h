/* SPDX-License-Identifier: MIT */
/*
 * What the viewer writes into the run database: bookmarks, lines typed, where the last
 * session was. Each write is one small transaction; a database that cannot be written
 * costs the bookmark, nothing else. Draws nothing.
 */
#ifndef STORE_NOTEBOOK_H
#define STORE_NOTEBOOK_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "history.h"

#define BOOKMARK_NAME 64
#define NOTE_TEXT     512

struct bookmark {
	int64_t run;
	uint64_t n;
	char name[BOOKMARK_NAME];
};

struct notebook {
	sqlite3 *reader; /* borrowed */
	const char *path;
	struct bookmark *mark;
	size_t count;
	char why[NOTE_TEXT]; /* why the last write failed; empty: it did not */
};

/* Where a session of two runs was (b = 0: of one) */
struct last_place {
	int64_t a, b;
	int64_t view, side, heading, detail;
	uint64_t n;
	char filter[NOTE_TEXT];
};

/* Reads the bookmarks of two runs. A database without any has none: never fails. */
void notebook_open(struct notebook *book, sqlite3 *reader, const char *path, int64_t a, int64_t b);
void notebook_close(struct notebook *book);

const struct bookmark *notebook_find(const struct notebook *book, int64_t run, uint64_t n);

/* Sets a bookmark, or takes it away (name = NULL). False: see why. */
bool notebook_mark(struct notebook *book, int64_t run, uint64_t n, const char *name);

/* False if there is none of these runs. */
bool notebook_last(struct notebook *book, struct last_place *last);

/* Keeps the place and the fresh lines of history[0..kinds). False: see why. */
bool notebook_keep(struct notebook *book, const struct last_place *last, struct history *history,
		   int kinds);

/* history[kind], of `kinds` kinds: the lines that were kept. */
void notebook_history(struct notebook *book, struct history *history, int kinds);

#endif
