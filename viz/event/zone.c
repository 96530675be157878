/* SPDX-License-Identifier: MIT */
#include "zone.h"

void zone_add(struct zone *z, const struct digest *d)
{
	if (d->flags & DIGEST_GAP) {
		z->has |= ZONE_GAP;
		return;
	}
	z->vectors[d->vector >> 6] |= 1ull << (d->vector & 63);
	z->tasks |= 1ull << (d->task & 63);
	z->stacks |= ZONE_STACK(d->stack);
	z->types |= (uint16_t)(1u << (d->type & 15));
	z->deepest = d->depth > z->deepest ? d->depth : z->deepest;
	z->has |= (d->flags & DIGEST_EXITED ? 0 : ZONE_UNRETURNED) |
		  (d->clobbered ? ZONE_CLOBBERED : 0) |
		  (d->nmi & FT_NMI_BLOCKED ? ZONE_BLOCKED : 0) | (d->work ? ZONE_WORK : 0) |
		  (d->flags & DIGEST_INJECTED ? ZONE_INJECTED : 0);
}
