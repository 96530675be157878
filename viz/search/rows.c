/* SPDX-License-Identifier: MIT */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

void rows_begin(struct rows *r, struct model *model)
{
	memset(r, 0, sizeof(*r));
	r->model = model;
}

static void drop_matches(struct match match[2])
{
	match_end(&match[0]);
	match_end(&match[1]);
}

void rows_end(struct rows *r)
{
	drop_matches(r->match);
	free(r->folds);
	memset(r, 0, sizeof(*r));
}

bool rows_filter(struct rows *r, const struct filter *f, char *why, size_t size)
{
	struct match match[2] = {{0}};

	for (int side = 0; side < r->model->sides && !filter_empty(f); side++) {
		struct condition condition;

		if (!filter_condition(f, r->model, side, &condition, why, size) ||
		    !match_begin(&match[side], r->model, side, &condition, why, size)) {
			drop_matches(match);
			return false;
		}
	}
	drop_matches(r->match);
	memcpy(r->match, match, sizeof(match));
	r->filter = *f;
	r->filtered = !filter_empty(f);
	return true;
}

/* ---- folds ------------------------------------------------------------- */

static int compare_folds(const void *a, const void *b)
{
	const struct fold *x = a, *y = b;

	if (x->side != y->side)
		return x->side - y->side;
	return (x->n > y->n) - (x->n < y->n);
}

static struct fold *find_fold(const struct rows *r, int side, uint64_t n)
{
	struct fold wanted = {side, n};

	return r->fold_count && n
		       ? bsearch(&wanted, r->folds, r->fold_count, sizeof(wanted), compare_folds)
		       : NULL;
}

static bool set_fold(struct rows *r, int side, uint64_t n, bool fold)
{
	struct fold *there = find_fold(r, side, n);

	if (!n || (there != NULL) == fold)
		return false;
	if (!fold) {
		size_t behind = r->fold_count - (size_t)(there - r->folds) - 1;

		memmove(there, there + 1, behind * sizeof(*there));
		r->fold_count--;
		return true;
	}
	if (r->fold_count == r->fold_room) {
		size_t room = r->fold_room ? 2 * r->fold_room : 16;
		struct fold *larger = realloc(r->folds, room * sizeof(*larger));

		if (!larger)
			return false;
		r->folds = larger;
		r->fold_room = room;
	}
	r->folds[r->fold_count++] = (struct fold){side, n};
	qsort(r->folds, r->fold_count, sizeof(*r->folds), compare_folds);
	return true;
}

bool rows_fold(struct rows *r, struct place place, bool fold)
{
	uint64_t n[2];
	bool changed = false;

	model_numbers(r->model, place, n);
	for (int side = 0; side < r->model->sides; side++)
		changed |= set_fold(r, side, n[side], fold);
	return changed;
}

bool rows_folded(const struct rows *r, struct place place)
{
	uint64_t n[2];

	model_numbers(r->model, place, n);
	return find_fold(r, 0, n[0]) || find_fold(r, 1, n[1]);
}

void rows_unfold_all(struct rows *r)
{
	r->fold_count = 0;
	r->deepest = 0;
}

static bool hidden_event(struct rows *r, int side, uint64_t n)
{
	const struct event *e = model_event(r->model, side, n);

	if (e && r->deepest && e->depth > r->deepest)
		return true;
	/* A damaged database may have a ring of parents: each must lie before its child */
	while (e && r->fold_count && e->parent && e->parent < e->n) {
		if (find_fold(r, side, e->parent))
			return true;
		e = model_event(r->model, side, e->parent);
	}
	return false;
}

static bool hidden(struct rows *r, struct place place)
{
	uint64_t n[2];
	bool shown = false;

	if (place_is_heading(place) || (!r->fold_count && !r->deepest))
		return false;
	model_numbers(r->model, place, n);
	for (int side = 0; side < r->model->sides; side++)
		shown |= n[side] && !hidden_event(r, side, n[side]);
	return !shown;
}

/* ---- walking ------------------------------------------------------------- */

static bool passes(struct rows *r, struct place place)
{
	uint64_t n[2];

	model_numbers(r->model, place, n);
	for (int side = 0; side < r->model->sides; side++) {
		if (n[side] && match_test(&r->match[side], n[side]))
			return true;
	}
	return false;
}

/* With a filter a step's heading stands where the step has something to show. */
static enum found heading_passes(struct rows *r, struct place heading, const struct budget *budget)
{
	struct place first = heading;
	enum found found = match_place(r->match, &first, 1, budget);

	if (found == FOUND && first.step != heading.step)
		return FOUND_NONE;
	return found;
}

enum found rows_visible(struct rows *r, struct place place, const struct budget *budget)
{
	if (hidden(r, place))
		return FOUND_NONE;
	if (!r->filtered)
		return FOUND;
	if (place_is_heading(place))
		return heading_passes(r, place, budget);
	return passes(r, place) ? FOUND : FOUND_NONE;
}

static enum found next_filtered(struct rows *r, struct place *place, int direction,
				const struct budget *budget)
{
	struct place from = *place, next = from;
	enum found found = match_place(r->match, &next, direction, budget);

	if (found == FOUND_LATER)
		return found;
	if (direction > 0) {
		if (found == FOUND)
			*place = next.step != from.step ? (struct place){next.step, 0, 0} : next;
		return found;
	}
	/* Going up: the heading of this step stands before the match in another */
	if (!place_is_heading(from) && (found == FOUND_NONE || next.step != from.step)) {
		place->part = place->row = 0;
		return FOUND;
	}
	if (found == FOUND)
		*place = next;
	return found;
}

enum found rows_next(struct rows *r, struct place *place, int direction,
		     const struct budget *budget)
{
	struct place at = *place;

	do {
		enum found found = FOUND;

		if (r->filtered)
			found = next_filtered(r, &at, direction, budget);
		else if (!(direction > 0 ? model_next(r->model, &at)
					 : model_previous(r->model, &at)))
			found = FOUND_NONE;
		if (found != FOUND)
			return found;
		if (!hidden(r, at)) {
			*place = at;
			return FOUND;
		}
	} while (budget_left(budget));
	return FOUND_LATER;
}
