/* SPDX-License-Identifier: MIT */
/*
 * Space is reserved by one compare-and-exchange, so that an NMI between any two instructions
 * finds the ring whole; a record is committed by its first word, written last.
 */
#include "ring.h"
#include <stddef.h>
#include "kernel/cpu.h"
#include "kernel/task.h"

struct ft_ring trace_rings[CPUS];
unsigned ring_flags;
static uint64_t time_zero; /* firmware and GRUB take a different time each boot */

void ring_start_clock(void)
{
	if (!time_zero)
		time_zero = rdtsc();
}

/* A slot to fill, its sequence in *sequence; NULL: the ring is full, and the loss is counted. */
static struct ft_record *reserve(struct ft_ring *ring, uint64_t *sequence)
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

void ring_commit(struct ft_record *record, uint64_t sequence)
{
	__atomic_store_n(&record->word[FT_COMMIT], sequence + 1, __ATOMIC_RELEASE);
}

static unsigned nmi_state(const struct cpu *cpu)
{
	if (cpu->nmi_observed)
		return (cpu->softcpu_status & 3) | FT_NMI_OBSERVED;
	return cpu->nmi_blocked ? FT_NMI_BLOCKED : 0;
}

/* The words that every record has. */
struct ft_record *ring_begin(struct cpu *cpu, unsigned kind, unsigned depth, unsigned stack,
			     uint32_t aux, uint64_t *sequence)
{
	struct ft_ring *ring = &trace_rings[cpu->id];
	struct ft_record *record = reserve(ring, sequence);
	uint64_t lost = 0;

	if (!record)
		return NULL;
	if (ring->lost)
		lost = __atomic_exchange_n(&ring->lost, 0, __ATOMIC_RELAXED);
	ring->lost_total += lost;
	record->word[FT_COMMIT] = 0;
	record->word[FT_TSC] = rdtsc() - time_zero;
	if (depth > UINT8_MAX)
		depth = UINT8_MAX;
	record->word[FT_META] = FT_META(kind, cpu->id, cpu->current ? cpu->current->id : 0, depth,
					stack, nmi_state(cpu), ring_flags);
	record->word[FT_AUX] = aux | (lost > UINT32_MAX ? UINT32_MAX : lost) << 32;
	return record;
}
