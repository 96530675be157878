/* SPDX-License-Identifier: MIT */
#include "seek.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *aim;
	struct condition condition; /* of the kinds that are found by one */
} kinds[] = {
	[SEEK_DIFFERENCE] = {.name = "difference", .aim = "difference between the runs"},
	[SEEK_CLOBBER] = {"clobber", "clobbered frame", {.sieve = {.by = SIEVE_CLOBBERED}}},
	[SEEK_NMI] = {"nmi",
		      "stretch with NMIs blocked",
		      {.sieve = {.by = SIEVE_BLOCKED}, .begins_blocking = true}},
	[SEEK_SWITCH] = {"switch", "change of stack", {.other_stack = true}},
	[SEEK_STEP] = {.name = "mark", .aim = "step of the workload"},
	[SEEK_FOUND] = {.name = "match", .aim = "match"},
};
_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == SEEK_KINDS, "each kind has a name");

const char *seek_name(enum seek_kind kind)
{
	return kind < SEEK_KINDS ? kinds[kind].name : "end";
}

const char *seek_aim(enum seek_kind kind)
{
	return kind < SEEK_KINDS ? kinds[kind].aim : "end";
}

static void drop(struct seek *k, unsigned kind)
{
	match_end(&k->match[kind][0]);
	match_end(&k->match[kind][1]);
}

void seek_forget(struct seek *k)
{
	k->active = false;
	for (unsigned kind = 0; kind < SEEK_KINDS; kind++)
		drop(k, kind);
}

void seek_end(struct seek *k)
{
	seek_forget(k);
	memset(k, 0, sizeof(*k));
}

static bool prepare(struct seek *k, struct model *m, enum seek_kind kind, char *why, size_t size)
{
	struct match *match = k->match[kind];

	for (int side = 0; side < m->sides && !match[side].model; side++) {
		struct condition condition = kinds[kind].condition;

		if (kind == SEEK_FOUND)
			filter_search(k->text, m, side, &condition);
		if (!match_begin(&match[side], m, side, &condition, why, size)) {
			drop(k, kind);
			return false;
		}
	}
	return true;
}

bool seek_search(struct seek *k, struct model *m, const char *text, char *why, size_t size)
{
	drop(k, SEEK_FOUND);
	snprintf(k->text, sizeof(k->text), "%s", text);
	return prepare(k, m, SEEK_FOUND, why, size);
}

static bool text_in_step(const struct seek *k, const struct model *m, struct place place)
{
	const char *text = m->step[place.step].text;

	return text && k->text[0] && strcasestr(text, k->text);
}

bool seek_test(struct seek *k, struct model *m, enum seek_kind kind, struct place place)
{
	char why[64];
	uint64_t n[2];

	if (kind == SEEK_STEP)
		return place_is_heading(place);
	if (place_is_heading(place))
		return kind == SEEK_FOUND && text_in_step(k, m, place);
	if (kind == SEEK_DIFFERENCE)
		return model_differences(m, place) & DIFFERS_MATTERS;
	if (kind >= SEEK_KINDS || (kind == SEEK_FOUND && !k->text[0]) ||
	    !prepare(k, m, kind, why, sizeof(why)))
		return false;
	model_numbers(m, place, n);
	for (int side = 0; side < m->sides; side++) {
		if (n[side] && match_test(&k->match[kind][side], n[side]))
			return true;
	}
	return false;
}

void seek_begin(struct seek *k, enum seek_kind kind, int direction, struct place from)
{
	k->active = true;
	k->kind = kind;
	k->direction = direction;
	k->at = k->from = from;
	k->started_us = budget_clock_us();
}

/* Row by row; a row of a run of millions is 1 microsecond or so. */
static enum found by_rows(struct seek *k, struct rows *r, const struct budget *budget)
{
	for (unsigned i = 0;; i++) {
		if (i % 64 == 63 && !budget_left(budget))
			return FOUND_LATER;
		enum found found = rows_next(r, &k->at, k->direction, budget);

		if (found != FOUND || seek_test(k, r->model, k->kind, k->at))
			return found;
	}
}

static enum found by_steps(struct seek *k, struct rows *r, const struct budget *budget)
{
	struct place at = k->at;

	while (k->direction > 0 ? at.step + 1 < r->model->steps : at.step > 0 || at.part) {
		at.step += k->direction > 0 ? 1 : at.part ? 0 : (size_t)-1;
		at.part = at.row = 0;
		enum found shown = rows_visible(r, at, budget);

		if (shown == FOUND)
			k->at = at;
		if (shown != FOUND_NONE)
			return shown;
	}
	return FOUND_NONE;
}

/* A step's heading that has the text, between here and the match that was found. */
static void nearer_heading(const struct seek *k, const struct model *m, struct place *found,
			   bool any)
{
	struct place at = k->at;

	while (k->direction > 0 ? at.step + 1 < m->steps : at.step > 0 || at.part) {
		at.step += k->direction > 0 ? 1 : at.part ? 0 : (size_t)-1;
		at.part = at.row = 0;
		if (any && place_compare(at, *found) * k->direction > 0)
			return;
		if (text_in_step(k, m, at)) {
			*found = at;
			return;
		}
	}
}

static enum found by_match(struct seek *k, struct rows *r, const struct budget *budget)
{
	struct match *match = k->match[k->kind];
	char why[64];

	if (!prepare(k, r->model, k->kind, why, sizeof(why)))
		return FOUND_NONE;
	for (;;) {
		struct place next = k->at, before = k->at;
		enum found found = match_place(match, &next, k->direction, budget);

		if (found == FOUND_LATER)
			return found;
		if (k->kind == SEEK_FOUND)
			nearer_heading(k, r->model, &next, found == FOUND);
		if (!place_compare(next, before))
			return FOUND_NONE;
		found = rows_visible(r, next, budget);
		if (found == FOUND_LATER)
			return found;
		k->at = next;
		if (found == FOUND)
			return found;
		if (!budget_left(budget))
			return FOUND_LATER;
	}
}

enum found seek_slice(struct seek *k, struct rows *r, const struct budget *budget)
{
	enum found found = k->kind == SEEK_STEP		? by_steps(k, r, budget)
			   : k->kind == SEEK_DIFFERENCE ? by_rows(k, r, budget)
							: by_match(k, r, budget);

	k->active = found == FOUND_LATER;
	return found;
}

double seek_progress(const struct seek *k, struct model *m)
{
	const struct match *match = k->match[k->kind];
	double from = model_share(m, k->from), at = model_share(m, k->at);
	double whole = k->direction > 0 ? 1 - from : from;

	/* A search by blocks is as far as the blocks that it looked at */
	if (match[0].blocks)
		return (double)(match[0].filled + match[1].filled) /
		       (double)(match[0].blocks + match[1].blocks);
	return whole > 0 ? (k->direction > 0 ? at - from : from - at) / whole : 1;
}
