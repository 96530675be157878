/* SPDX-License-Identifier: MIT */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

/* Events on either side, up to which a step is one part although it could be cut. */
#define WHOLE 4096

/* Edits up to which anchors are aligned exactly: ten million events have some 7000 of them. */
#define ANCHOR_CAP 4096

static uint64_t size_of(const struct model_step *step, int side)
{
	return step->here[side] && step->last[side] >= step->first[side]
		       ? step->last[side] - step->first[side] + 1
		       : 0;
}

/* Edits in a window beyond which its sides have too little in common to cut by them. */
#define WINDOW_CAP 2048

struct cutting {
	struct model *m;
	struct model_step *step;
	size_t room;
	uint64_t next[2], end[2]; /* events not yet in a part */
};

static void add_part(struct cutting *c, const uint64_t count[2])
{
	if (c->step->parts == c->room) {
		size_t room = c->room ? 2 * c->room : 8;
		struct model_part *larger = realloc(c->step->part, room * sizeof(*larger));

		if (!larger) {
			c->m->trouble = true;
			return;
		}
		c->step->part = larger;
		c->room = room;
	}
	struct model_part *part = &c->step->part[c->step->parts++];

	memset(part, 0, sizeof(*part));
	for (int side = 0; side < 2; side++) {
		part->first[side] = c->next[side];
		part->count[side] = (uint32_t)count[side];
		c->next[side] += count[side];
	}
}

/* All that is left up to `to`, in parts that each have their share of both sides. */
static void cut_in_proportion(struct cutting *c, const uint64_t to[2])
{
	uint64_t size[2] = {to[0] - c->next[0], to[1] - c->next[1]};
	uint64_t longest = size[0] > size[1] ? size[0] : size[1];
	uint64_t pieces = (longest + MODEL_PART_MAX - 1) / MODEL_PART_MAX;

	for (uint64_t i = 0; i < pieces; i++) {
		uint64_t count[2] = {size[0] * (i + 1) / pieces - size[0] * i / pieces,
				     size[1] * (i + 1) / pieces - size[1] * i / pieces};

		add_part(c, count);
	}
	c->m->approximate |= pieces > 1 && size[0] && size[1];
}

/* The events of a side in a window that did not come by chance: their keys and numbers. */
struct window {
	uint64_t *key, *n;
	size_t count;
};

static bool read_window(struct model *m, int side, uint64_t first, uint64_t count, struct window *w)
{
	struct digest d;

	w->count = 0;
	w->key = malloc((size_t)count * sizeof(*w->key));
	w->n = malloc((size_t)count * sizeof(*w->n));
	for (uint64_t n = first; w->key && w->n && n < first + count; n++) {
		if (!model_digest(m, side, n, &d) || digest_by_chance(&d))
			continue;
		w->key[w->count] = d.key;
		w->n[w->count++] = n;
	}
	return w->key && w->n;
}

/* Where both sides stand opposite, some MODEL_PART_MAX events on. False: nothing in common. */
static bool cut_window(struct cutting *c, const uint64_t to[2])
{
	struct window w[2];
	size_t at[2];
	bool good = true;

	for (int side = 0; side < 2; side++) {
		uint64_t size = to[side] - c->next[side];

		good &= read_window(c->m, side, c->next[side],
				    size < MODEL_PART_MAX ? size : MODEL_PART_MAX, &w[side]);
	}
	good = good && w[0].count && w[1].count &&
	       align_reach(w[0].key, w[0].count, w[1].key, w[1].count, WINDOW_CAP, &at[0], &at[1]);
	if (good && at[0] && at[1]) {
		uint64_t count[2];

		for (int side = 0; side < 2; side++)
			count[side] = w[side].n[at[side] - 1] + 1 - c->next[side];
		add_part(c, count);
	}
	for (int side = 0; side < 2; side++) {
		free(w[side].key);
		free(w[side].n);
	}
	return good && at[0] && at[1];
}

/*
 * Everything up to `to` is a part. If that is too long (a loop that differs in every round
 * has hardly an anchor in common), it is cut window by window.
 */
static void part_up_to(struct cutting *c, const uint64_t to[2])
{
	bool common = true;

	while (common && c->next[0] < to[0] && c->next[1] < to[1] &&
	       (to[0] - c->next[0] > MODEL_PART_MAX || to[1] - c->next[1] > MODEL_PART_MAX))
		common = cut_window(c, to);
	cut_in_proportion(c, to);
}

static uint64_t *hashes(const struct anchor *list, size_t count)
{
	uint64_t *hash = malloc((count + 1) * sizeof(*hash));

	for (size_t i = 0; hash && i < count; i++)
		hash[i] = list[i].hash;
	return hash;
}

/* A part ends where both runs have the same anchor. */
static void cut_at_anchors(struct cutting *c)
{
	struct anchor *list[2];
	uint64_t *hash[2];
	size_t count[2];
	struct alignment al = {0};

	for (int i = 0; i < 2; i++) {
		list[i] = store_anchors(c->m->store, c->m->side[i].run.id, c->next[i],
					c->end[i] - 1, &count[i]);
		hash[i] = hashes(list[i], count[i]);
	}
	if (hash[0] && hash[1] && align(hash[0], count[0], hash[1], count[1], ANCHOR_CAP, &al)) {
		for (size_t i = 0; i < al.count; i++) {
			const struct align_segment *s = &al.segment[i];

			for (size_t j = 0; s->side == ALIGN_BOTH && j < s->length; j++)
				part_up_to(c,
					   (uint64_t[]){list[0][s->a + j].n, list[1][s->b + j].n});
		}
	}
	align_free(&al);
	for (int i = 0; i < 2; i++) {
		free(list[i]);
		free(hash[i]);
	}
}

void parts_cut(struct model *m, struct model_step *step)
{
	uint64_t size[2] = {size_of(step, 0), size_of(step, 1)};
	struct cutting c = {.m = m, .step = step};

	if (step->cut)
		return;
	step->cut = true;
	for (int side = 0; side < 2; side++) {
		c.next[side] = step->first[side];
		c.end[side] = step->first[side] + size[side];
	}
	if (size[0] && size[1] && (size[0] > WHOLE || size[1] > WHOLE))
		cut_at_anchors(&c);
	if (c.next[0] < c.end[0] || c.next[1] < c.end[1])
		part_up_to(&c, c.end);
}

static void forget(struct model_part *part)
{
	align_free(part->rows);
	free(part->rows);
	part->rows = NULL;
}

void parts_free(struct model *m, struct model_step *step)
{
	for (size_t i = 0; i < step->parts; i++) {
		if (step->part[i].rows)
			forget(&step->part[i]);
	}
	free(step->part);
	step->part = NULL;
	step->parts = 0;
	step->cut = false;
	memset(m->aligned, 0, sizeof(m->aligned));
}

/* Keys of a side's events in a part: list k begins at keys + k * count. */
static uint64_t *keys_of(struct model *m, int side, const struct model_part *part)
{
	size_t count = part->count[side];
	uint64_t *keys = malloc((count + 1) * DIGEST_KEYS * sizeof(*keys));
	struct digest d;

	for (size_t i = 0; keys && i < count; i++) {
		uint64_t n = part->first[side] + i, key[DIGEST_KEYS] = {0};

		if (model_digest(m, side, n, &d))
			digest_keys(&d, n, (unsigned)side, key);
		for (int k = 0; k < DIGEST_KEYS; k++)
			keys[(size_t)k * count + i] = key[k];
	}
	return keys;
}

/* Strong keys first; what they leave apart is tried again by weaker ones. */
static bool align_part(struct model *m, const struct model_part *part, struct alignment *rows)
{
	size_t n = part->count[0], b = part->count[1];
	uint64_t *keys[2] = {keys_of(m, 0, part), keys_of(m, 1, part)};
	bool good = keys[0] && keys[1] && align(keys[0], n, keys[1], b, 0, rows);

	for (size_t k = 1; k < DIGEST_KEYS && good; k++) {
		struct alignment rough = *rows;

		good = align_refine(&rough, keys[0] + k * n, keys[1] + k * b, 0, rows);
		align_free(&rough);
	}
	free(keys[0]);
	free(keys[1]);
	return good;
}

/* To the front of those kept; the one at the back falls out. */
static void keep(struct model *m, struct model_part *part)
{
	int at = 0;

	while (at < MODEL_ALIGNED - 1 && m->aligned[at] && m->aligned[at] != part)
		at++;
	if (m->aligned[at] && m->aligned[at] != part)
		forget(m->aligned[at]);
	memmove(m->aligned + 1, m->aligned, (size_t)at * sizeof(m->aligned[0]));
	m->aligned[0] = part;
	/* Parts whose runs alternate row by row are large: fewer of them are kept */
	size_t segments = 0;

	for (int i = 0; i < MODEL_ALIGNED && m->aligned[i]; i++) {
		segments += m->aligned[i]->rows->count;
		if (i < 2 || segments <= MODEL_SEGMENTS)
			continue;
		forget(m->aligned[i]);
		memmove(&m->aligned[i], &m->aligned[i + 1],
			(size_t)(MODEL_ALIGNED - 1 - i) * sizeof(m->aligned[0]));
		m->aligned[MODEL_ALIGNED - 1] = NULL;
		i--;
	}
}

const struct alignment *parts_align(struct model *m, struct model_part *part)
{
	if (!part->count[0] || !part->count[1])
		return NULL;
	if (!part->rows) {
		part->rows = calloc(1, sizeof(*part->rows));
		if (!part->rows || !align_part(m, part, part->rows)) {
			free(part->rows);
			part->rows = NULL;
			m->trouble = true;
			return NULL;
		}
		m->approximate |= part->rows->approximate;
	}
	if (m->aligned[0] != part)
		keep(m, part);
	return part->rows;
}
