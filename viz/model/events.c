/* SPDX-License-Identifier: MIT */
/* What is in a row: events, their digests and names, read in blocks that stay in memory. */
#include <stdlib.h>

#include "model.h"

const struct event *model_event(struct model *m, int side, uint64_t n)
{
	struct model_side *of = &m->side[side];
	uint64_t number = n / MODEL_BLOCK;
	struct model_block *block = &of->block[number % MODEL_BLOCKS];

	if (!n)
		return NULL;
	if (!block->event)
		block->event = calloc(MODEL_BLOCK, sizeof(*block->event));
	if (!block->event) {
		m->trouble = true;
		return NULL;
	}
	if (block->number != number + 1) {
		block->count = store_events(m->store, of->run.id, number * MODEL_BLOCK, MODEL_BLOCK,
					    block->event);
		block->number = number + 1;
	}
	size_t guess = (size_t)(n % MODEL_BLOCK) - (number == 0);

	if (guess < block->count && block->event[guess].n == n)
		return &block->event[guess];
	/* Numbers are dense, but a damaged database may have holes. */
	for (size_t i = 0; i < block->count; i++) {
		if (block->event[i].n == n)
			return &block->event[i];
	}
	return NULL;
}

const struct symbol *model_symbol(struct model *m, int side, const struct event *e)
{
	if (!e || e->gap)
		return NULL;
	return store_symbol(m->store, m->side[side].run.boot, event_rip(e));
}

bool model_digest(struct model *m, int side, uint64_t n, struct digest *digest)
{
	const struct model_side *of = &m->side[side];
	size_t count = 0;

	if (!n || n > of->last)
		return false;
	const struct digest *d =
		store_digests(m->store, of->run.id, of->last, (n - 1) / DIGEST_BLOCK, &count);

	if (!d || (n - 1) % DIGEST_BLOCK >= count) {
		m->trouble |= !d;
		return false;
	}
	*digest = d[(n - 1) % DIGEST_BLOCK];
	return true;
}

const struct zone *model_zones(struct model *m, int side, size_t *count)
{
	struct model_side *of = &m->side[side];

	if (!of->zones_read)
		of->zones = store_zones(m->store, of->run.id, &of->zone_count);
	of->zones_read = true;
	*count = of->zone_count;
	return of->zones;
}
