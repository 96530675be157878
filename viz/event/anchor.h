/* SPDX-License-Identifier: MIT */
/*
 * Anchors: places that a run's own content picks, so that two runs can be cut into short
 * parts without reading either. Hash every window of eight events (chance events left out).
 * The next anchor is the smallest hash among the 1024 windows that start 1024 events after
 * the last one. Two runs that agree around a place pick the same anchor there, whatever lies
 * before it, and an endless loop has anchors at a regular distance. There is one in every
 * 1024 to 2047 such events. Knows no database.
 */
#ifndef EVENT_ANCHOR_H
#define EVENT_ANCHOR_H

#include "digest.h"

#define ANCHOR_WINDOW 8
#define ANCHOR_SPAN   1024

struct anchor {
	uint64_t n; /* the event that a part begins with */
	uint64_t hash;
};

struct anchor_finder {
	uint64_t window[ANCHOR_WINDOW], hash;
	uint64_t seen;	/* events that count, in this step */
	uint64_t since; /* of them, since the last anchor */
	uint64_t best_since;
	struct anchor best;
};

/* A step begins: nothing before it counts. */
void anchor_restart(struct anchor_finder *f);

/* The next event of the run; true if *anchor is one, at this event or shortly before it. */
bool anchor_take(struct anchor_finder *f, const struct digest *d, uint64_t n,
		 struct anchor *anchor);

#endif
