/* SPDX-License-Identifier: MIT */
/*
 * What occurs in a block of digests, in a few words, so that a filter need not read the
 * blocks in which nothing can match. Knows no database.
 */
#ifndef EVENT_ZONE_H
#define EVENT_ZONE_H

#include "digest.h"

enum zone_has {
	ZONE_GAP = 1 << 0,
	ZONE_UNRETURNED = 1 << 1,
	ZONE_CLOBBERED = 1 << 2,
	ZONE_BLOCKED = 1 << 3, /* NMIs were blocked at an entry */
	ZONE_WORK = 1 << 4,
	ZONE_INJECTED = 1 << 5
};

struct zone {
	uint64_t tsc;	     /* the block's first time stamp; its digests count from it */
	uint64_t vectors[4]; /* bit v: an event of vector v */
	uint64_t tasks;	     /* bit t: an event of a task t modulo 64 */
	uint32_t stacks;     /* bit s: a frame on stack s; 31: on any beyond */
	uint16_t types, has; /* bit t: an event of type t; enum zone_has */
	uint8_t deepest;
};

#define ZONE_STACK(stack) (1u << ((stack) < 31 ? (stack) : 31))

void zone_add(struct zone *z, const struct digest *d);

#endif
