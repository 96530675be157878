/* SPDX-License-Identifier: MIT */
#include "lanes.h"

#include <stdlib.h>
#include <string.h>

struct filling {
	struct model *m;
	int side;
	struct lanes *out;
};

void lanes_whole(struct model *m, int side, enum lanes_unit unit, uint64_t *from, uint64_t *to)
{
	const struct run *run = &m->side[side].run;

	*from = unit == LANES_TICKS ? run->begin_tsc : 1;
	*to = unit == LANES_TICKS ? run->end_tsc + 1 : m->side[side].last + 1;
	if (*to <= *from)
		*to = *from + 1;
}

uint64_t lanes_of_event(struct model *m, int side, enum lanes_unit unit, uint64_t n)
{
	const struct event *e;

	if (unit == LANES_EVENTS)
		return n;
	/* A gap has no time: that of what came before it */
	while (n && (e = model_event(m, side, n)) && e->gap)
		n--;
	e = n ? model_event(m, side, n) : NULL;
	return e ? event_time(e) : m->side[side].run.begin_tsc;
}

uint64_t lanes_event_at(struct model *m, int side, enum lanes_unit unit, uint64_t x)
{
	uint64_t low = 0, high = m->side[side].last, past = high + 1;

	if (unit == LANES_EVENTS)
		return x < high ? x : high;
	size_t zones = 0;
	const struct zone *z = model_zones(m, side, &zones);

	/* The block first, without reading any; then the event in it */
	while (z && past - low > DIGEST_BLOCK) {
		uint64_t block = (low + (past - low) / 2) / DIGEST_BLOCK;

		if (block >= zones || block * DIGEST_BLOCK <= low)
			break;
		if (z[block].tsc <= x)
			low = block * DIGEST_BLOCK;
		else
			past = block * DIGEST_BLOCK + 1;
	}
	while (past - low > 1) {
		uint64_t middle = low + (past - low) / 2;

		if (lanes_of_event(m, side, unit, middle) <= x)
			low = middle;
		else
			past = middle;
	}
	return low;
}

/* The column of a place; -1 before the first, `columns` behind the last. */
static int column_of(const struct lanes *out, uint64_t x)
{
	if (x < out->from)
		return -1;
	if (x >= out->to)
		return out->columns;
	/* Whole numbers: a double would put an event at an edge into the column before */
	unsigned __int128 scaled = (unsigned __int128)(x - out->from) * (unsigned)out->columns;
	int column = (int)(scaled / (out->to - out->from));

	return column < out->columns ? column : out->columns - 1;
}

static unsigned lane_of(unsigned stack)
{
	return stack < LANES ? stack : FT_STACK_TASK;
}

static void mark_entry(struct lanes_column *c, const struct digest *d, uint64_t n)
{
	struct lanes_cell *cell = &c->lane[lane_of(d->stack)];

	if (!c->first_n)
		c->first_n = n;
	if (d->flags & DIGEST_GAP) {
		c->marks |= LANES_GAP;
		return;
	}
	cell->entries++;
	cell->busy = true;
	cell->deepest = d->depth > cell->deepest ? d->depth : cell->deepest;
	c->marks |= (d->nmi & FT_NMI_BLOCKED ? LANES_BLOCKED : 0) |
		    (d->clobbered ? LANES_CLOBBERED : 0) | (d->type == TYPE_NMI ? LANES_NMI : 0);
}

static void fill_digests(struct filling *f, uint64_t first, uint64_t last)
{
	size_t zones = 0;
	const struct zone *z = model_zones(f->m, f->side, &zones);
	struct lanes *out = f->out;
	struct digest d;

	for (uint64_t n = first; n <= last && model_digest(f->m, f->side, n, &d); n++) {
		uint64_t block = (n - 1) / DIGEST_BLOCK, x = n;

		if (out->unit == LANES_TICKS)
			x = (block < zones ? z[block].tsc : out->from) +
			    (uint64_t)d.tsc * DIGEST_TICKS;
		int column = column_of(out, x);

		/* A digest's time is cut to whole units: at the edge it may fall before it */
		column = column < 0 ? 0 : column;
		if (column < out->columns)
			mark_entry(&out->column[column], &d, n);
	}
}

/* Busy from entry to exit, with whatever is deeper on the same stack on top. */
static void fill_span(struct filling *f, const struct event *e)
{
	struct lanes *out = f->out;
	bool ticks = out->unit == LANES_TICKS;
	uint64_t begin = ticks ? event_time(e) : e->n;
	uint64_t end = !ticks ? e->n : e->exited ? e->exit_tsc : event_time(e);
	int from = column_of(out, begin), to = column_of(out, end);
	unsigned lane = lane_of(e->stack);

	for (int i = from < 0 ? 0 : from; i <= to && i < out->columns; i++) {
		struct lanes_cell *cell = &out->column[i].lane[lane];

		cell->busy = true;
		cell->deepest = e->depth > cell->deepest ? e->depth : cell->deepest;
		if (e->nmi & FT_NMI_BLOCKED)
			out->column[i].marks |= LANES_BLOCKED;
	}
	if (from < 0 || from >= out->columns)
		return;
	struct digest d;

	digest_of(&d, e, 0);
	mark_entry(&out->column[from], &d, e->n);
}

static void fill_rows(struct filling *f, uint64_t first, uint64_t last)
{
	/* What was under way when the stretch begins counts, too */
	const struct event *e = model_event(f->m, f->side, first);

	for (uint64_t up = e ? e->parent : 0; up && e; up = e ? e->parent : 0) {
		uint64_t below = up;

		e = model_event(f->m, f->side, up);
		if (e && !e->gap)
			fill_span(f, e);
		if (e && e->parent >= below)
			break;
	}
	for (uint64_t n = first; n <= last; n++) {
		e = model_event(f->m, f->side, n);
		if (e && !e->gap) {
			fill_span(f, e);
		} else if (e) {
			int column =
				column_of(f->out, lanes_of_event(f->m, f->side, f->out->unit, n));

			if (column >= 0 && column < f->out->columns)
				f->out->column[column].marks |= LANES_GAP;
		}
	}
}

static void fill_zones(struct filling *f, uint64_t first, uint64_t last)
{
	size_t zones = 0;
	const struct zone *z = model_zones(f->m, f->side, &zones);
	struct lanes *out = f->out;

	for (uint64_t b = (first - 1) / DIGEST_BLOCK; b <= (last - 1) / DIGEST_BLOCK && b < zones;
	     b++) {
		bool ticks = out->unit == LANES_TICKS;
		uint64_t begin = ticks ? z[b].tsc : b * DIGEST_BLOCK + 1;
		uint64_t end = !ticks	       ? (b + 1) * DIGEST_BLOCK
			       : b + 1 < zones ? z[b + 1].tsc
					       : f->m->side[f->side].run.end_tsc;
		int from = column_of(out, begin), to = column_of(out, end);

		for (int i = from < 0 ? 0 : from; i <= to && i < out->columns; i++) {
			struct lanes_column *c = &out->column[i];

			if (!c->first_n)
				c->first_n = b * DIGEST_BLOCK + 1;
			c->marks |= (z[b].has & ZONE_BLOCKED ? LANES_BLOCKED : 0) |
				    (z[b].has & ZONE_CLOBBERED ? LANES_CLOBBERED : 0) |
				    (z[b].has & ZONE_GAP ? LANES_GAP : 0) |
				    (z[b].types >> TYPE_NMI & 1 ? LANES_NMI : 0);
			for (unsigned lane = 0; lane < LANES; lane++)
				c->lane[lane].busy |= z[b].stacks >> lane & 1;
		}
	}
}

bool lanes_read(struct model *m, int side, enum lanes_unit unit, uint64_t from, uint64_t to,
		int columns, struct lanes *out)
{
	struct filling f = {m, side, out};

	*out = (struct lanes){.unit = unit, .from = from, .to = to, .columns = columns};
	out->column = calloc((size_t)columns, sizeof(*out->column));
	if (!out->column)
		return false;
	/* The event that the stretch begins in, up to the last that begins in it */
	uint64_t first = lanes_event_at(m, side, unit, from);
	uint64_t last = lanes_event_at(m, side, unit, to - 1);

	first = first ? first : 1;
	if (!m->side[side].last || last < first)
		return true;
	out->detail = last - first < LANES_ROWS	   ? LANES_EXACT
		      : last - first < LANES_BLOCK ? LANES_ENTRIES
						   : LANES_PRESENCE;
	switch (out->detail) {
	case LANES_EXACT: fill_rows(&f, first, last); break;
	case LANES_ENTRIES: fill_digests(&f, first, last); break;
	case LANES_PRESENCE: fill_zones(&f, first, last); break;
	}
	return !m->trouble;
}

void lanes_free(struct lanes *lanes)
{
	free(lanes->column);
	memset(lanes, 0, sizeof(*lanes));
}
