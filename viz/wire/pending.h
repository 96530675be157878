/* SPDX-License-Identifier: MIT */
/*
 * Entries that still wait for their exit: from (CPU, sequence of the entry) to the
 * event's number and, once it left the join window, to what its exit is compared with.
 */
#ifndef WIRE_PENDING_H
#define WIRE_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pending_slot {
	uint64_t key; /* 0 = empty */
	uint64_t n;
};

struct pending {
	struct pending_slot *slot;
	size_t size, used; /* size is a power of two */
};

/* Memory is bounded: beyond this many open entries the newest are not remembered. */
#define PENDING_MAX (1u << 20)

void pending_init(struct pending *p);
void pending_free(struct pending *p);
void pending_clear(struct pending *p);

/* False if it could not be remembered. */
bool pending_add(struct pending *p, unsigned cpu, uint64_t seq, uint64_t n);

/* The event's number; 0 = not known. */
uint64_t pending_find(const struct pending *p, unsigned cpu, uint64_t seq);

/* The same, and forgets it. */
uint64_t pending_take(struct pending *p, unsigned cpu, uint64_t seq);

#endif
