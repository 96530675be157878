/* SPDX-License-Identifier: MIT */
/*
 * Which events a search is for, decided by their digests; by their zones, whole blocks are
 * skipped. Knows no database.
 */
#ifndef SEARCH_SIEVE_H
#define SEARCH_SIEVE_H

#include "event/zone.h"

enum sieve_by {
	SIEVE_TYPE = 1 << 0,
	SIEVE_VECTOR = 1 << 1,
	SIEVE_TASK = 1 << 2,
	SIEVE_STACK = 1 << 3,
	SIEVE_DEEPER = 1 << 4, /* depth of at least that */
	SIEVE_CLOBBERED = 1 << 5,
	SIEVE_UNRETURNED = 1 << 6,
	SIEVE_BLOCKED = 1 << 7, /* NMIs blocked */
	SIEVE_GAP = 1 << 8,
	SIEVE_WORK = 1 << 9 /* any of these pieces of software work */
};

/* All that is asked for must hold. */
struct sieve {
	unsigned by; /* enum sieve_by */
	uint8_t type, vector, stack, depth;
	uint16_t task, work;
};

bool sieve_holds(const struct sieve *f, const struct digest *d);

/* False: no event of such a block can pass. */
bool sieve_may_hold(const struct sieve *f, const struct zone *z);

#endif
