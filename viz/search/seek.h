/* SPDX-License-Identifier: MIT */
/*
 * Going to the next thing of a kind: a difference, a clobbered frame, a found text. Done
 * in slices, so that a far one keeps no key waiting. Draws nothing.
 */
#ifndef SEARCH_SEEK_H
#define SEARCH_SEEK_H

#include "rows.h"

enum seek_kind {
	SEEK_DIFFERENCE,
	SEEK_CLOBBER,
	SEEK_NMI,
	SEEK_SWITCH,
	SEEK_STEP,
	SEEK_FOUND,
	SEEK_KINDS
};

#define SEEK_TEXT 256

struct seek {
	bool active;
	enum seek_kind kind;
	int direction;
	struct place at, from; /* how far it is; where it began */
	uint64_t started_us;
	struct match match[SEEK_KINDS][2]; /* made when first wanted */
	char text[SEEK_TEXT];		   /* SEEK_FOUND looks for it */
};

const char *seek_name(enum seek_kind kind); /* "difference" */
const char *seek_aim(enum seek_kind kind);  /* "the next clobbered frame": for messages */

void seek_end(struct seek *k);

/* Sets what SEEK_FOUND looks for. False with a reason when SQLite refuses. */
bool seek_search(struct seek *k, struct model *m, const char *text, char *why, size_t size);

/* Is the row of that kind? */
bool seek_test(struct seek *k, struct model *m, enum seek_kind kind, struct place place);

/* Begins, from a row; then seek_slice() until it is no longer FOUND_LATER. */
void seek_begin(struct seek *k, enum seek_kind kind, int direction, struct place from);
enum found seek_slice(struct seek *k, struct rows *r, const struct budget *budget);

/* 0 to 1 */
double seek_progress(const struct seek *k, struct model *m);

/* Runs have grown, or are others now: what was found out about them is forgotten. */
void seek_forget(struct seek *k);

#endif
