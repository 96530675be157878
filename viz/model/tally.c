/* SPDX-License-Identifier: MIT */
#include "tally.h"

#include <string.h>

#include "parts.h"

void tally_begin(struct tally *t)
{
	memset(t, 0, sizeof(*t));
}

static struct tally_kind *kind_of(struct tally *t, const struct digest *d)
{
	unsigned at = (d->type * 31u + d->vector) % (TALLY_KINDS - 1);

	for (unsigned i = 0; i < TALLY_KINDS - 1; i++) {
		struct tally_kind *k = &t->kind[(at + i) % (TALLY_KINDS - 1)];

		if (!k->used) {
			k->used = true;
			k->type = d->type;
			k->vector = d->vector;
		}
		if (k->type == d->type && k->vector == d->vector)
			return k;
	}
	return &t->kind[TALLY_KINDS - 1];
}

static void count_row(struct tally *t, unsigned differences, const uint64_t n[2],
		      const struct digest *const d[2])
{
	t->rows++;
	t->alike += !differences;
	for (int i = 0; i < DIFFERENCES; i++) {
		if (!(differences >> i & 1))
			continue;
		if (!t->count[i]++)
			memcpy(t->first[i], n, sizeof(t->first[i]));
	}
	for (int side = 0; side < 2; side++) {
		if (!d[side])
			continue;
		t->gaps[side] += d[side]->flags & DIGEST_GAP ? 1 : 0;
		if (d[side]->flags & DIGEST_GAP)
			continue;
		struct tally_kind *k = kind_of(t, d[side]);

		k->events[side]++;
		k->only[side] += !d[!side];
		k->differ += side == 0 && d[1] && differences;
	}
}

/* A stretch of rows that have the same sides. */
static void count_stretch(struct model *m, struct tally *t, const struct model_part *part,
			  const struct align_segment *s)
{
	for (size_t i = 0; i < s->length; i++) {
		uint64_t n[2] = {0, 0};
		struct digest got[2];
		const struct digest *d[2] = {NULL, NULL};
		unsigned differences;

		if (s->side != ALIGN_ONLY_B)
			n[0] = part->first[0] + s->a + i;
		if (s->side != ALIGN_ONLY_A)
			n[1] = part->first[1] + s->b + i;
		for (int side = 0; side < 2; side++) {
			if (n[side] && model_digest(m, side, n[side], &got[side]))
				d[side] = &got[side];
		}
		differences = d[0] && d[1] ? digest_differences(d[0], d[1])
			      : n[0]	   ? DIFFERS_ONLY_A
					   : DIFFERS_ONLY_B;
		count_row(t, differences, n, d);
	}
}

static void count_part(struct model *m, struct tally *t, struct model_part *part)
{
	const struct alignment *rows = parts_align(m, part);

	for (size_t i = 0; rows && i < rows->count; i++)
		count_stretch(m, t, part, &rows->segment[i]);
	if (rows)
		return;
	count_stretch(m, t, part, &(struct align_segment){ALIGN_ONLY_A, 0, 0, part->count[0], 0});
	count_stretch(m, t, part, &(struct align_segment){ALIGN_ONLY_B, 0, 0, part->count[1], 0});
}

bool tally_more(struct model *m, struct tally *t)
{
	struct place *p = &t->next;

	if (t->done)
		return false;
	if (!place_is_heading(*p))
		count_part(m, t, &m->step[p->step].part[p->part - 1]);
	if (++p->part >= model_parts(m, p->step)) {
		p->part = 0;
		t->done = ++p->step >= m->steps;
	}
	return !t->done;
}

double tally_share(struct model *m, const struct tally *t)
{
	return t->done ? 1 : model_share(m, t->next);
}

bool tally_any(const struct tally *t, unsigned differences)
{
	for (int i = 0; i < DIFFERENCES; i++) {
		if (differences >> i & 1 && t->count[i])
			return true;
	}
	return false;
}
