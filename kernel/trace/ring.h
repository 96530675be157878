/* SPDX-License-Identifier: MIT */
/*
 * The ring between trace.c and record.c, which fill it, and drain.c, which empties it. Space is
 * reserved by one compare-and-exchange, so that an NMI between any two instructions finds the ring
 * whole; a record is committed by its first word, written last. Inline, since every event pays for
 * two records.
 */
#ifndef RING_H
#define RING_H

#include <stddef.h>
#include <stdint.h>
#include "kernel/cpu.h"
#include "kernel/percpu.h"
#include "kernel/task.h"
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
extern uint64_t ring_time_zero;

/* The first call is time 0. */
void ring_start_clock(void);

/* A slot to fill, its sequence in *sequence; NULL: the ring is full, and the loss is counted. */
static inline struct ft_record *ring_reserve(struct ft_ring *ring, uint64_t *sequence)
{
	uint64_t head = __atomic_load_n(&ring->head, __ATOMIC_RELAXED);

	do {
		if (head - ring->tail >= RING_RECORDS) {
			__atomic_fetch_add(&ring->lost, 1, __ATOMIC_RELAXED);
			return NULL;
		}
	} while (!__atomic_compare_exchange_n(&ring->head, &head, head + 1, false, __ATOMIC_RELAXED,
					      __ATOMIC_RELAXED));
	*sequence = head;
	return &ring->slot[head % RING_RECORDS];
}

/* All words are written: the drain may have it. */
static inline void ring_commit(struct ft_record *record, uint64_t sequence)
{
	__atomic_store_n(&record->word[FT_COMMIT], sequence + 1, __ATOMIC_RELEASE);
}

static inline unsigned ring_nmi_state(const struct cpu *cpu)
{
	if (cpu->nmi_observed)
		return (cpu->softcpu_status & 3) | FT_NMI_OBSERVED;
	return cpu->nmi_blocked ? FT_NMI_BLOCKED : 0;
}

/* A record with the words that every record has, its number in *sequence. NULL: no room. */
static inline struct ft_record *ring_begin(struct cpu *cpu, unsigned kind, unsigned depth,
					   unsigned stack, uint32_t aux, uint64_t *sequence)
{
	unsigned id = cpu->id;
	struct ft_ring *ring = &trace_rings[id];
	struct ft_record *record = ring_reserve(ring, sequence);
	uint64_t lost = 0;

	if (!record)
		return NULL;
	if (ring->lost)
		lost = __atomic_exchange_n(&ring->lost, 0, __ATOMIC_RELAXED);
	ring->lost_total += lost;
	record->word[FT_COMMIT] = 0;
	record->word[FT_TSC] = rdtsc() - ring_time_zero;
	if (depth > UINT8_MAX)
		depth = UINT8_MAX;
	record->word[FT_META] = FT_META(kind, id, cpu->current ? cpu->current->id : 0, depth, stack,
					ring_nmi_state(cpu), ring_flags);
	record->word[FT_AUX] = aux | (lost > UINT32_MAX ? UINT32_MAX : lost) << 32;
	return record;
}

#endif
