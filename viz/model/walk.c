/* SPDX-License-Identifier: MIT */
/* Walking the rows of a model: on, back, far away, and to where an event stands. */
#include "parts.h"

int place_compare(struct place a, struct place b)
{
	if (a.step != b.step)
		return a.step < b.step ? -1 : 1;
	if (a.part != b.part)
		return a.part < b.part ? -1 : 1;
	return a.row == b.row ? 0 : a.row < b.row ? -1 : 1;
}

size_t model_parts(struct model *m, size_t step)
{
	parts_cut(m, &m->step[step]);
	return 1 + m->step[step].parts;
}

size_t model_rows(struct model *m, size_t step, size_t part)
{
	if (!part)
		return 1;
	if (part >= model_parts(m, step))
		return 0;
	struct model_part *p = &m->step[step].part[part - 1];
	const struct alignment *rows = parts_align(m, p);

	/* Without memory for an alignment, one side stands below the other */
	return rows ? rows->rows : (size_t)p->count[0] + p->count[1];
}

/* The next part's first row; false at the end. A part without rows is skipped. */
static bool next_part(struct model *m, struct place *place)
{
	struct place p = *place;

	do {
		p.row = 0;
		if (++p.part >= model_parts(m, p.step)) {
			if (++p.step >= m->steps)
				return false;
			p.part = 0;
		}
	} while (!model_rows(m, p.step, p.part));
	*place = p;
	return true;
}

/* The part before: its last row. */
static bool previous_part(struct model *m, struct place *place)
{
	struct place p = *place;

	do {
		if (p.part) {
			p.part--;
		} else {
			if (!p.step)
				return false;
			p.part = model_parts(m, --p.step) - 1;
		}
	} while (!model_rows(m, p.step, p.part));
	p.row = model_rows(m, p.step, p.part) - 1;
	*place = p;
	return true;
}

bool model_next(struct model *m, struct place *place)
{
	if (place->row + 1 < model_rows(m, place->step, place->part)) {
		place->row++;
		return true;
	}
	return next_part(m, place);
}

bool model_previous(struct model *m, struct place *place)
{
	if (place->row) {
		place->row--;
		return true;
	}
	return previous_part(m, place);
}

int64_t model_move(struct model *m, struct place *place, int64_t rows)
{
	int64_t left = rows < 0 ? -rows : rows, gone = 0;

	while (left > 0) {
		int64_t here =
			rows < 0 ? (int64_t)place->row
				 : (int64_t)(model_rows(m, place->step, place->part) - place->row) -
					   1;
		int64_t some = here < left ? here : left;

		place->row = rows < 0 ? place->row - (size_t)some : place->row + (size_t)some;
		left -= some;
		gone += some;
		if (!left || !(rows < 0 ? previous_part(m, place) : next_part(m, place)))
			break;
		left--;
		gone++;
	}
	return rows < 0 ? -gone : gone;
}

struct place model_end(struct model *m)
{
	struct place end = {m->steps - 1, 0, 0};

	end.part = model_parts(m, end.step) - 1;
	end.row = model_rows(m, end.step, end.part);
	end.row -= end.row > 0;
	return end;
}

static const struct model_part *part_of(struct model *m, struct place place)
{
	return place_is_heading(place) || place.part >= model_parts(m, place.step)
		       ? NULL
		       : &m->step[place.step].part[place.part - 1];
}

/* Events of a side before a row of a part, and whether one stands in it. */
static uint64_t before_row(struct model *m, const struct model_part *part, size_t row, int side,
			   bool *here)
{
	const struct alignment *rows = parts_align(m, (struct model_part *)part);
	const struct align_segment *s;

	if (!rows) {
		size_t above = side ? part->count[0] : 0;

		*here = row >= above && row - above < part->count[side];
		row = row < above ? 0 : row - above;
		return row < part->count[side] ? row : part->count[side];
	}
	if (row >= rows->rows) {
		*here = false;
		return part->count[side];
	}
	s = align_find(rows, row);
	*here = s->side == ALIGN_BOTH || s->side == (side ? ALIGN_ONLY_B : ALIGN_ONLY_A);
	return (side ? s->b : s->a) + (*here ? row - s->row : 0);
}

void model_numbers(struct model *m, struct place place, uint64_t n[2])
{
	const struct model_part *part = part_of(m, place);

	n[0] = n[1] = 0;
	for (int side = 0; part && side < m->sides; side++) {
		bool here;
		uint64_t before = before_row(m, part, place.row, side, &here);

		n[side] = here ? part->first[side] + before : 0;
	}
}

unsigned model_differences(struct model *m, struct place place)
{
	struct digest a, b;
	uint64_t n[2];

	if (m->sides == 1 || place_is_heading(place))
		return 0;
	model_numbers(m, place, n);
	if (!n[0] || !n[1])
		return n[0] ? DIFFERS_ONLY_A : n[1] ? DIFFERS_ONLY_B : 0;
	return model_digest(m, 0, n[0], &a) && model_digest(m, 1, n[1], &b)
		       ? digest_differences(&a, &b)
		       : 0;
}

void model_moment(struct model *m, struct place place, uint64_t n[2])
{
	const struct model_part *part = part_of(m, place);

	n[0] = n[1] = 0;
	for (int side = 0; side < m->sides; side++) {
		bool here = false;
		uint64_t before = part ? before_row(m, part, place.row, side, &here) : 0;

		n[side] = (part ? part->first[side] : m->step[place.step].first[side]) + before;
		n[side] -= !here;
	}
}

bool model_find(struct model *m, int side, uint64_t n, struct place *place)
{
	size_t step = 0, part, row = 0;

	while (step < m->steps && !(m->step[step].here[side] && n >= m->step[step].first[side] &&
				    n <= m->step[step].last[side]))
		step++;
	if (!n || step == m->steps)
		return false;
	for (part = 1; part < model_parts(m, step); part++) {
		const struct model_part *p = &m->step[step].part[part - 1];

		if (n >= p->first[side] && n - p->first[side] < p->count[side])
			break;
	}
	if (part == model_parts(m, step))
		return false;
	struct model_part *p = &m->step[step].part[part - 1];
	const struct alignment *rows = parts_align(m, p);
	size_t index = (size_t)(n - p->first[side]);

	if (!rows)
		row = index + (side ? p->count[0] : 0);
	for (size_t i = 0; rows && i < rows->count; i++) {
		const struct align_segment *s = &rows->segment[i];
		size_t from = side ? s->b : s->a;

		if (s->side != (side ? ALIGN_ONLY_A : ALIGN_ONLY_B) && index >= from &&
		    index - from < s->length)
			row = s->row + index - from;
	}
	*place = (struct place){step, part, row};
	return true;
}

double model_share(struct model *m, struct place place)
{
	uint64_t n[2], all = m->side[0].last + (m->sides == 2 ? m->side[1].last : 0);

	model_moment(m, place, n);
	return all ? (double)(n[0] + n[1]) / (double)all : 0;
}

struct place model_at_share(struct model *m, double share)
{
	struct place place = {0, 0, 0};
	int side = m->sides == 2 && m->side[1].last > m->side[0].last;
	double n = share * (double)m->side[side].last;

	if (share <= 0 || n < 1)
		return place;
	if (share >= 1 || !model_find(m, side, (uint64_t)n, &place))
		return model_end(m);
	return place;
}
