/* SPDX-License-Identifier: MIT */
#include "anchor.h"

#include <string.h>

#define FACTOR 0x9e3779b97f4a7c15ull

/* FACTOR to the power of ANCHOR_WINDOW: what the key that leaves the window was worth */
static uint64_t leaving(void)
{
	uint64_t power = 1;

	for (int i = 0; i < ANCHOR_WINDOW; i++)
		power *= FACTOR;
	return power;
}

void anchor_restart(struct anchor_finder *f)
{
	memset(f, 0, sizeof(*f));
}

bool anchor_take(struct anchor_finder *f, const struct digest *d, uint64_t n, struct anchor *anchor)
{
	uint64_t *oldest = &f->window[f->seen % ANCHOR_WINDOW];

	if (digest_by_chance(d))
		return false;
	f->hash = f->hash * FACTOR + d->key - *oldest * leaving();
	*oldest = d->key;
	f->seen++;
	if (++f->since <= ANCHOR_SPAN || f->seen < ANCHOR_WINDOW)
		return false;
	uint64_t hash = digest_mix(6, f->hash);

	if (f->since == ANCHOR_SPAN + 1 || hash < f->best.hash) {
		f->best = (struct anchor){n, hash};
		f->best_since = f->since;
	}
	if (f->since < 2 * ANCHOR_SPAN)
		return false;
	*anchor = f->best;
	f->since -= f->best_since;
	return true;
}
