/* SPDX-License-Identifier: MIT */
#include "match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD  64u
#define WORDS (DIGEST_BLOCK / WORD) /* of a block */

static bool make_room(struct match *m)
{
	m->last = m->model->side[m->side].last;
	m->blocks = (size_t)(m->last / DIGEST_BLOCK) + 1;
	m->bits = calloc(m->blocks * WORDS, sizeof(*m->bits));
	m->known = calloc(m->blocks, sizeof(*m->known));
	return m->bits && m->known;
}

bool match_begin(struct match *m, struct model *model, int side, const struct condition *condition,
		 char *why, size_t size)
{
	memset(m, 0, sizeof(*m));
	m->model = model;
	m->side = side;
	m->condition = *condition;
	if (!where_open(&m->where, model->store, model->side[side].run.id, condition->where, why,
			size)) {
		match_end(m);
		return false;
	}
	if (make_room(m))
		return true;
	snprintf(why, size, "out of memory");
	match_end(m);
	return false;
}

void match_end(struct match *m)
{
	where_close(&m->where);
	where_free(m->condition.where);
	free(m->bits);
	free(m->known);
	memset(m, 0, sizeof(*m));
}

/* ---- looking at a block ---------------------------------------------------- */

static bool holds(const struct condition *c, const struct digest *d, const struct digest *before)
{
	if (!sieve_holds(&c->sieve, d))
		return false;
	if (c->by_kind &&
	    !(c->kind[d->type & (EVENT_TYPES - 1)][d->vector >> 6] >> (d->vector & 63) & 1))
		return false;
	if (c->other_stack && (!before || before->stack == d->stack))
		return false;
	/* An NMI that was delivered found them open, whatever the exit before it saw */
	return !c->begins_blocking ||
	       (d->nmi & FT_NMI_BLOCKED &&
		(d->type == TYPE_NMI ||
		 !(before && before->nmi & before->exit_nmi & FT_NMI_BLOCKED)));
}

static const struct digest *digests(const struct match *m, uint64_t block, size_t *count)
{
	return store_digests(m->model->store, m->model->side[m->side].run.id, m->last, block,
			     count);
}

static bool may_hold(const struct match *m, size_t block)
{
	size_t zones = 0;
	const struct zone *z = model_zones(m->model, m->side, &zones);

	return block >= zones || sieve_may_hold(&m->condition.sieve, &z[block]);
}

static void set_bit(struct match *m, uint64_t n, bool on)
{
	uint64_t *word = &m->bits[(n - 1) / WORD], bit = 1ull << (n - 1) % WORD;

	*word = on ? *word | bit : *word & ~bit;
}

/* By the digests; how many hold. */
static size_t ask_digests(struct match *m, size_t block)
{
	size_t count = 0, held = 0;
	struct digest before;
	bool first = !block;
	const struct digest *d;

	if (!may_hold(m, block))
		return 0;
	if (!first) {
		d = digests(m, block - 1, &count);
		first = !d || !count;
		if (!first)
			before = d[count - 1];
	}
	d = digests(m, block, &count);
	if (!d)
		snprintf(m->why, sizeof(m->why), "the database could not be read");
	m->failed |= !d;
	for (size_t i = 0; d && i < count; i++) {
		if (holds(&m->condition, &d[i], first ? NULL : &before)) {
			set_bit(m, block * DIGEST_BLOCK + i + 1, true);
			held++;
		}
		before = d[i];
		first = false;
	}
	return held;
}

/* The clause in SQL, combined with what the digests gave. */
static void ask_sql(struct match *m, size_t block)
{
	uint64_t first = block * DIGEST_BLOCK + 1, last = first + DIGEST_BLOCK - 1;
	uint64_t *bits = &m->bits[block * WORDS], told[WORDS] = {0};

	if (!where_ask(&m->where, first, last < m->last ? last : m->last, told, m->why,
		       sizeof(m->why)))
		m->failed = true;
	for (size_t i = 0; i < WORDS; i++)
		bits[i] = m->condition.either ? bits[i] | told[i] : bits[i] & told[i];
}

static void look_at(struct match *m, size_t block)
{
	if (m->known[block])
		return;
	size_t held = ask_digests(m, block);

	if (m->condition.where && (held || m->condition.either))
		ask_sql(m, block);
	for (size_t i = 0; i < WORDS; i++)
		m->count += (uint64_t)__builtin_popcountll(m->bits[block * WORDS + i]);
	m->known[block] = true;
	m->filled++;
}

/* ---- asking ----------------------------------------------------------------- */

/* The nearest set bit of a block, at or behind (before) event n; 0 if there is none. */
static uint64_t in_block(const struct match *m, size_t block, uint64_t n, int direction)
{
	uint64_t first = block * DIGEST_BLOCK, last = first + DIGEST_BLOCK - 1, bit = n - 1;

	while (bit >= first && bit <= last) {
		uint64_t word = m->bits[bit / WORD];

		if (direction > 0) {
			word &= ~0ull << bit % WORD;
			if (word)
				return bit / WORD * WORD + (uint64_t)__builtin_ctzll(word) + 1;
			bit = (bit / WORD + 1) * WORD;
		} else {
			word &= ~0ull >> (WORD - 1 - bit % WORD);
			if (word)
				return bit / WORD * WORD + WORD - (uint64_t)__builtin_clzll(word);
			bit = bit / WORD * WORD - 1; /* below 0: beyond last */
		}
	}
	return 0;
}

enum found match_next(struct match *m, uint64_t *n, int direction, const struct budget *budget)
{
	uint64_t at = direction > 0 ? *n + 1 : *n - 1;

	while (at >= 1 && at <= m->last) {
		size_t block = (size_t)((at - 1) / DIGEST_BLOCK);

		if (!m->known[block] && !budget_left(budget))
			return FOUND_LATER;
		look_at(m, block);
		uint64_t found = in_block(m, block, at, direction);

		if (found) {
			*n = found;
			return FOUND;
		}
		at = direction > 0 ? (block + 1) * DIGEST_BLOCK + 1 : block * DIGEST_BLOCK;
		*n = direction > 0 ? at - 1 : at + 1;
	}
	return FOUND_NONE;
}

bool match_test(struct match *m, uint64_t n)
{
	if (n < 1 || n > m->last)
		return false;
	look_at(m, (size_t)((n - 1) / DIGEST_BLOCK));
	return m->bits[(n - 1) / WORD] >> (n - 1) % WORD & 1;
}

bool match_fill(struct match *m, const struct budget *budget)
{
	for (size_t block = 0; block < m->blocks && m->filled < m->blocks; block++) {
		if (m->known[block])
			continue;
		if (!budget_left(budget))
			return false;
		look_at(m, block);
	}
	return true;
}

enum found match_place(struct match match[2], struct place *place, int direction,
		       const struct budget *budget)
{
	struct model *model = match[0].model;
	struct place best = *place, here;
	enum found result = FOUND_NONE;
	uint64_t at[2], own[2];

	model_moment(model, *place, at);
	model_numbers(model, *place, own);
	for (int side = 0; side < model->sides; side++) {
		/* Backwards from a blank, the event before it counts too */
		uint64_t n = direction < 0 && !own[side] ? at[side] + 1 : at[side];
		enum found found = match_next(&match[side], &n, direction, budget);

		if (found == FOUND_LATER)
			return found;
		if (found == FOUND_NONE || !model_find(model, side, n, &here))
			continue;
		if (result == FOUND_NONE || place_compare(here, best) * direction < 0)
			best = here;
		result = FOUND;
	}
	*place = best;
	return result;
}
