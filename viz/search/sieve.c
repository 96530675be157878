/* SPDX-License-Identifier: MIT */
#include "sieve.h"

static bool asks(const struct sieve *f, enum sieve_by what)
{
	return f->by & what;
}

bool sieve_holds(const struct sieve *f, const struct digest *d)
{
	if (d->flags & DIGEST_GAP)
		return f->by == SIEVE_GAP;
	return !asks(f, SIEVE_GAP) && (!asks(f, SIEVE_TYPE) || d->type == f->type) &&
	       (!asks(f, SIEVE_VECTOR) || d->vector == f->vector) &&
	       (!asks(f, SIEVE_TASK) || d->task == f->task) &&
	       (!asks(f, SIEVE_STACK) || d->stack == f->stack) &&
	       (!asks(f, SIEVE_DEEPER) || d->depth >= f->depth) &&
	       (!asks(f, SIEVE_CLOBBERED) || d->clobbered) &&
	       (!asks(f, SIEVE_UNRETURNED) || !(d->flags & DIGEST_EXITED)) &&
	       (!asks(f, SIEVE_BLOCKED) || d->nmi & FT_NMI_BLOCKED) &&
	       (!asks(f, SIEVE_WORK) || d->work & f->work);
}

bool sieve_may_hold(const struct sieve *f, const struct zone *z)
{
	unsigned has = (asks(f, SIEVE_CLOBBERED) ? ZONE_CLOBBERED : 0) |
		       (asks(f, SIEVE_UNRETURNED) ? ZONE_UNRETURNED : 0) |
		       (asks(f, SIEVE_BLOCKED) ? ZONE_BLOCKED : 0) |
		       (asks(f, SIEVE_GAP) ? ZONE_GAP : 0) | (asks(f, SIEVE_WORK) ? ZONE_WORK : 0);

	return (z->has & has) == has && (!asks(f, SIEVE_TYPE) || z->types >> (f->type & 15) & 1) &&
	       (!asks(f, SIEVE_VECTOR) || z->vectors[f->vector >> 6] >> (f->vector & 63) & 1) &&
	       (!asks(f, SIEVE_TASK) || z->tasks >> (f->task & 63) & 1) &&
	       (!asks(f, SIEVE_STACK) || z->stacks & ZONE_STACK(f->stack)) &&
	       (!asks(f, SIEVE_DEEPER) || z->deepest >= f->depth);
}
