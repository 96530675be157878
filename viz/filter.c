/* SPDX-License-Identifier: MIT */
#include "filter.h"

static bool asks(const struct filter *f, enum filter_by what)
{
	return f->by & what;
}

bool filter_holds(const struct filter *f, const struct digest *d)
{
	if (d->flags & DIGEST_GAP)
		return f->by == FILTER_GAP;
	return !asks(f, FILTER_GAP) && (!asks(f, FILTER_TYPE) || d->type == f->type) &&
	       (!asks(f, FILTER_VECTOR) || d->vector == f->vector) &&
	       (!asks(f, FILTER_TASK) || d->task == f->task) &&
	       (!asks(f, FILTER_STACK) || d->stack == f->stack) &&
	       (!asks(f, FILTER_DEEPER) || d->depth >= f->depth) &&
	       (!asks(f, FILTER_CLOBBERED) || d->clobbered) &&
	       (!asks(f, FILTER_UNRETURNED) || !(d->flags & DIGEST_EXITED)) &&
	       (!asks(f, FILTER_BLOCKED) || d->nmi & FT_NMI_BLOCKED) &&
	       (!asks(f, FILTER_WORK) || d->work & f->work);
}

bool filter_may_hold(const struct filter *f, const struct zone *z)
{
	unsigned has = (asks(f, FILTER_CLOBBERED) ? ZONE_CLOBBERED : 0) |
		       (asks(f, FILTER_UNRETURNED) ? ZONE_UNRETURNED : 0) |
		       (asks(f, FILTER_BLOCKED) ? ZONE_BLOCKED : 0) |
		       (asks(f, FILTER_GAP) ? ZONE_GAP : 0) |
		       (asks(f, FILTER_WORK) ? ZONE_WORK : 0);

	return (z->has & has) == has && (!asks(f, FILTER_TYPE) || z->types >> (f->type & 15) & 1) &&
	       (!asks(f, FILTER_VECTOR) || z->vectors[f->vector >> 6] >> (f->vector & 63) & 1) &&
	       (!asks(f, FILTER_TASK) || z->tasks >> (f->task & 63) & 1) &&
	       (!asks(f, FILTER_STACK) || z->stacks & ZONE_STACK(f->stack)) &&
	       (!asks(f, FILTER_DEEPER) || z->deepest >= f->depth);
}
