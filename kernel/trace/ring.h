/* SPDX-License-Identifier: MIT */
/* The ring between trace.c and record.c, which fill it, and drain.c, which empties it. */
#ifndef RING_H
#define RING_H

#include <stdint.h>
#include "kernel/percpu.h"
#include "trace/fredtrace.h"

#define RING_RECORDS 8192

/* Slots first: a raw dump of this memory is what `fredviz tail --ring` reads. */
struct ft_ring {
	struct ft_record slot[RING_RECORDS];
	uint64_t head;	     /* records reserved so far */
	uint64_t tail;	     /* records sent so far */
	uint64_t lost;	     /* not yet told in a record */
	uint64_t lost_total; /* told */
	uint64_t pad[12];    /* whole records, for a reader of the dump */
};

_Static_assert(sizeof(struct ft_ring) % sizeof(struct ft_record) == 0, "an array of records");

extern struct ft_ring trace_rings[CPUS];
extern unsigned ring_flags; /* enum ft_flags of the delivery in force: in every record */

/* The first call is time 0. */
void ring_start_clock(void);

/* A record with the words that every record has, its number in *sequence. NULL: the ring is full,
 * and the loss is counted. */
struct ft_record *ring_begin(struct cpu *cpu, unsigned kind, unsigned depth, unsigned stack,
			     uint32_t aux, uint64_t *sequence);

/* All words are written: the drain may have it. */
void ring_commit(struct ft_record *record, uint64_t sequence);

#endif
