/* SPDX-License-Identifier: MIT */
/* How far long work is: one line on stderr, only if that is a terminal. */
#ifndef TALK_PROGRESS_H
#define TALK_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	const char *what;
	int64_t total;		 /* bytes; below 1 = not known */
	uint64_t started, shown; /* milliseconds */
	bool drawn, terminal;
};

void progress_begin(struct progress *p, const char *what, int64_t total);
void progress_at(struct progress *p, uint64_t done);

/* The same line with the caller's text; for work without an end. */
void progress_text(struct progress *p, const char *text);

/* True if it is time for a new text: saves making one for nothing. */
bool progress_due(struct progress *p);
void progress_end(struct progress *p);

/* Milliseconds of a clock that never jumps. */
uint64_t progress_clock(void);

#endif
