/* SPDX-License-Identifier: MIT */
#include "model_seek.h"

#include <string.h>

#include "model_parts.h"
#include "progress.h"

#define LOOK_AT_CLOCK 512 /* rows between two looks */

/* One side's digest in a row, and the one of the event before; NULL where there is none. */
struct sight {
	struct digest now, before;
	bool here, has_before;
};

static struct sight see(struct model *m, int side, uint64_t n, bool before)
{
	struct sight s = {.here = model_digest(m, side, n, &s.now)};

	if (s.here && before)
		s.has_before = n > 1 && model_digest(m, side, n - 1, &s.before);
	return s;
}

static bool side_wants(struct model *m, int side, uint64_t n, const struct seek *seek)
{
	bool before = seek->kind == SEEK_NMI_WINDOW || seek->kind == SEEK_STACK_SWITCH;
	struct sight s = see(m, side, n, before);

	if (!s.here)
		return false;
	switch (seek->kind) {
	case SEEK_FILTER: return filter_holds(&seek->filter, &s.now);
	case SEEK_NMI_WINDOW:
		return s.now.nmi & FT_NMI_BLOCKED &&
		       !(s.has_before && s.before.nmi & s.before.exit_nmi & FT_NMI_BLOCKED);
	case SEEK_STACK_SWITCH: return s.has_before && s.now.stack != s.before.stack;
	default: return false;
	}
}

static bool row_wants(struct model *m, struct place place, const struct seek *seek)
{
	uint64_t n[2];

	if (seek->kind == SEEK_STEP || place_is_heading(place))
		return seek->kind == SEEK_STEP && place_is_heading(place);
	if (seek->kind == SEEK_DIFFERENCE)
		return model_differences(m, place) & seek->differences;
	model_numbers(m, place, n);
	return (n[0] && side_wants(m, 0, n[0], seek)) || (n[1] && side_wants(m, 1, n[1], seek));
}

/* Can any event of this stretch pass? Asks the zones of its blocks. */
static bool stretch_may(struct model *m, int side, uint64_t first, uint64_t count,
			const struct filter *filter)
{
	size_t zones = 0;
	const struct zone *z = model_zones(m, side, &zones);

	for (uint64_t b = (first - 1) / DIGEST_BLOCK;
	     count && b <= (first + count - 2) / DIGEST_BLOCK; b++) {
		if (b >= zones || filter_may_hold(filter, &z[b]))
			return true;
	}
	return false;
}

/* False: nothing in this part is worth a look. */
static bool part_may(struct model *m, struct place place, const struct seek *seek)
{
	static const struct filter blocked = {.by = FILTER_BLOCKED};
	const struct filter *filter = seek->kind == SEEK_NMI_WINDOW ? &blocked : &seek->filter;

	if (seek->kind == SEEK_STEP || place_is_heading(place))
		return seek->kind == SEEK_STEP && place_is_heading(place);
	if (seek->kind == SEEK_DIFFERENCE || seek->kind == SEEK_STACK_SWITCH)
		return true;
	if (place.part >= model_parts(m, place.step))
		return false;
	const struct model_part *p = &m->step[place.step].part[place.part - 1];

	for (int side = 0; side < m->sides; side++) {
		if (stretch_may(m, side, p->first[side], p->count[side], filter))
			return true;
	}
	return false;
}

/* To the next part, before its first row (or behind its last); false at the end. */
static bool other_part(struct model *m, struct place *place, int direction)
{
	struct place p = *place;

	if (direction > 0) {
		if (++p.part >= model_parts(m, p.step)) {
			if (++p.step >= m->steps)
				return false;
			p.part = 0;
		}
		p.row = 0;
	} else {
		if (!p.part) {
			if (!p.step)
				return false;
			p.part = model_parts(m, --p.step);
		}
		p.part--;
		p.row = 0;
	}
	*place = p;
	return true;
}

struct walk {
	struct model *m;
	const struct seek *seek;
	uint64_t until;
	unsigned looked;
};

static bool time_is_up(struct walk *w)
{
	return ++w->looked % LOOK_AT_CLOCK == 0 && progress_clock() >= w->until;
}

/* Rows of the part that *place is in, from `from` on in that direction. */
static enum seek_end look_through(struct walk *w, struct place *place, int direction, size_t from,
				  size_t rows)
{
	for (size_t row = from; row<rows; row += direction> 0 ? 1 : (size_t)-1) {
		place->row = row;
		if (row_wants(w->m, *place, w->seek))
			return SEEK_FOUND;
		if (time_is_up(w))
			return SEEK_MORE;
	}
	return SEEK_NONE;
}

enum seek_end model_seek(struct model *m, struct place *place, int direction,
			 const struct seek *seek, unsigned budget_ms)
{
	struct walk w = {.m = m, .seek = seek, .until = progress_clock() + budget_ms};
	struct place p = *place;
	/* The row beside *place; going back before row 0 wraps round, and ends the loop */
	size_t from = direction > 0 ? p.row + 1 : p.row - 1;

	for (;;) {
		enum seek_end end = SEEK_NONE;

		if (part_may(m, p, seek))
			end = look_through(&w, &p, direction, from, model_rows(m, p.step, p.part));
		if (end != SEEK_NONE) {
			*place = p;
			return end;
		}
		if (!other_part(m, &p, direction)) {
			*place = direction > 0 ? model_end(m) : (struct place){0, 0, 0};
			return SEEK_NONE;
		}
		from = direction > 0 || !part_may(m, p, seek) ? 0
							      : model_rows(m, p.step, p.part) - 1;
	}
}
