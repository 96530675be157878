/* SPDX-License-Identifier: MIT */
#include "digest.h"

#include <stdio.h>
#include <string.h>

uint64_t digest_mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15ull;
	return h ^ h >> 29;
}

static uint32_t fold(uint64_t h)
{
	return (uint32_t)(h ^ h >> 32);
}

/* A task's own instruction is no other task's; anything else may strike any of them. */
static uint64_t weak_key(const struct digest *d)
{
	uint64_t own = d->type >= TYPE_INT_N ? (uint64_t)d->task + 1 : 0;

	if (d->flags & DIGEST_GAP)
		return 1;
	return digest_mix(2, own << 16 | (uint64_t)d->type << 8 | d->vector);
}

void digest_of(struct digest *d, const struct event *e, uint64_t base)
{
	uint64_t tsc = event_time(e), ticks = (tsc - base) / DIGEST_TICKS;

	memset(d, 0, sizeof(*d));
	if (e->gap) {
		d->flags = DIGEST_GAP;
		d->key = 1;
		return;
	}
	d->type = e->type;
	d->vector = e->vector;
	d->depth = e->depth;
	d->stack = e->stack;
	d->nmi = e->nmi;
	d->exit_nmi = e->exit_nmi;
	d->clobbered = (uint8_t)event_clobbered(e);
	d->task = e->task;
	d->work = (uint16_t)(e->work | e->exit_work);
	d->flags = (uint8_t)((e->entered ? DIGEST_ENTERED : 0) | (e->exited ? DIGEST_EXITED : 0) |
			     (e->flags & FT_FLAG_FRED ? DIGEST_FRED : 0) |
			     (e->flags & FT_FLAG_INJECTED ? DIGEST_INJECTED : 0));
	d->tsc = tsc < base ? 0 : ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
	d->key = digest_mix(digest_mix(digest_mix(weak_key(d), d->depth), d->task),
			    e->frame[FRAME_RIP]);
	d->cause = fold(digest_mix(digest_mix(3, e->frame[FRAME_ERROR]), e->frame[FRAME_DATA]));
	if (e->exited && e->changed >> FRAME_RIP & 1)
		d->back = fold(digest_mix(4, e->exit_frame[FRAME_RIP])) | 1;
}

void digest_keys(const struct digest *d, uint64_t n, unsigned side, uint64_t key[DIGEST_KEYS])
{
	key[2] = weak_key(d);
	key[1] = digest_mix(key[2], d->depth);
	key[0] = digest_by_chance(d) ? digest_mix(5, n << 1 | side) : d->key;
}

unsigned digest_differences(const struct digest *a, const struct digest *b)
{
	unsigned d = 0;

	if ((a->flags | b->flags) & DIGEST_GAP)
		return 0;
	d |= a->stack != b->stack ? DIFFERS_STACK : 0;
	d |= a->depth != b->depth ? DIFFERS_DEPTH : 0;
	d |= (a->nmi ^ b->nmi) & (FT_NMI_BLOCKED | FT_NMI_PENDING) ? DIFFERS_NMI : 0;
	d |= a->cause != b->cause ? DIFFERS_CAUSE : 0;
	d |= a->clobbered != b->clobbered ? DIFFERS_CLOBBER : 0;
	d |= (a->flags ^ b->flags) & DIGEST_EXITED || a->back != b->back ? DIFFERS_RETURN : 0;
	d |= a->work != b->work ? DIFFERS_WORK : 0;
	return d;
}

const char *difference_name(unsigned bit)
{
	static const char *const names[] = {
		"only in A",   "only in B",	  "other stack",
		"other depth", "other NMI state", "other cause",
		"clobbered",   "other return",	  "extra software work",
	};
	_Static_assert(sizeof(names) / sizeof(names[0]) == DIFFERENCES, "each has a name");

	return bit < DIFFERENCES ? names[bit] : NULL;
}

const char *difference_text(unsigned differences, char *buffer, size_t size)
{
	size_t used = 0;

	buffer[0] = 0;
	for (unsigned i = 0; i < DIFFERENCES && used < size; i++) {
		if (differences >> i & 1)
			used += (size_t)snprintf(buffer + used, size - used, "%s%s",
						 used ? ", " : "", difference_name(i));
	}
	return buffer;
}
