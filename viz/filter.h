/* SPDX-License-Identifier: MIT */
/* Which events a search or a filter is for, told on their digests. Knows no database. */
#ifndef FILTER_H
#define FILTER_H

#include "zone.h"

enum filter_by {
	FILTER_TYPE = 1 << 0,
	FILTER_VECTOR = 1 << 1,
	FILTER_TASK = 1 << 2,
	FILTER_STACK = 1 << 3,
	FILTER_DEEPER = 1 << 4, /* depth of at least that */
	FILTER_CLOBBERED = 1 << 5,
	FILTER_UNRETURNED = 1 << 6,
	FILTER_BLOCKED = 1 << 7, /* NMIs blocked */
	FILTER_GAP = 1 << 8,
	FILTER_WORK = 1 << 9 /* any of these pieces of software work */
};

/* All that is asked for must hold. */
struct filter {
	unsigned by; /* enum filter_by */
	uint8_t type, vector, stack, depth;
	uint16_t task, work;
};

bool filter_holds(const struct filter *f, const struct digest *d);

/* False: no event of such a block can pass. */
bool filter_may_hold(const struct filter *f, const struct zone *z);

#endif
