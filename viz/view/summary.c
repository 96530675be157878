/* SPDX-License-Identifier: MIT */
/* The summary view: what was counted, and what each kind of event cost, as bars. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/summary.h"
#include "event/names.h"
#include "views.h"

#define NAME_COLUMNS   30
#define NUMBER_COLUMNS 12

struct page {
	struct session *s;
	struct area area;
	struct summary *sum;
	int line;
};

static int next_line(struct page *p)
{
	int y = p->line++ - p->s->scroll[VIEW_SUMMARY];

	return y >= 0 && y < p->area.lines ? p->area.y + y : -1;
}

/*
 * One number of each run, and a bar for each: two runs in proportion to each other, one
 * alone to `most` of its numbers (0: to nothing, no bar).
 */
static void line(struct page *p, const char *name, const uint64_t number[2], uint64_t most)
{
	struct canvas *c = &p->s->canvas;
	int y = next_line(p), x = p->area.x + NAME_COLUMNS, sides = p->s->model.sides;
	int room = (p->area.columns - NAME_COLUMNS - sides * (NUMBER_COLUMNS + 2)) / sides - 1;

	if (sides == 2)
		most = number[0] > number[1] ? number[0] : number[1];
	canvas_put(c, y, p->area.x + 1, NAME_COLUMNS - 2, STYLE_PLAIN, name);
	for (int side = 0; side < sides; side++) {
		canvas_print(c, y, x, NUMBER_COLUMNS, STYLE_PLAIN, "%*" PRIu64, NUMBER_COLUMNS,
			     number[side]);
		x += NUMBER_COLUMNS + 1;
		if (most && room > 0)
			canvas_bar(c, y, x, room, side ? STYLE_CPU : STYLE_SOFTWARE,
				   (double)number[side], (double)most);
		x += room + 2;
	}
}

static void heading(struct page *p, const char *text)
{
	struct canvas *c = &p->s->canvas;
	int y, x = p->area.x + NAME_COLUMNS, sides = p->s->model.sides;
	int room = (p->area.columns - NAME_COLUMNS - sides * (NUMBER_COLUMNS + 2)) / sides - 1;

	if (p->line)
		next_line(p);
	y = next_line(p);
	canvas_put(c, y, p->area.x, p->area.columns, STYLE_HEAD, text);
	for (int side = 0; side < sides; side++) {
		const struct run *run = &p->s->model.side[side].run;

		canvas_print(c, y, x, NUMBER_COLUMNS, STYLE_HEAD, "%*s %s",
			     NUMBER_COLUMNS - 1 - (int)sizeof("careful"),
			     name_delivery(run->options), name_variant(run->options));
		x += NUMBER_COLUMNS + 1 + room + 2;
	}
}

static void draw_counts(struct page *p)
{
	uint64_t number[2] = {0};

	heading(p, "counts");
	for (size_t i = 0; i < totals_count; i++) {
		for (int side = 0; side < p->s->model.sides; side++)
			number[side] = *totals_number(&p->sum->totals[side], i);
		line(p, totals_names[i].text, number, 0);
	}
	for (unsigned harm = 0; harm < TOTALS_HARMS; harm++) {
		for (int side = 0; side < p->s->model.sides; side++)
			number[side] = p->sum->totals[side].harm[harm];
		if (number[0] || number[1])
			line(p, name_harm(harm), number, 0);
	}
}

/* By their short names; what they mean stands below, where a line has room for it. */
static void draw_work(struct page *p)
{
	unsigned used[TOTALS_WORKS], count = 0;

	for (unsigned bit = 0; name_work(bit) && bit < TOTALS_WORKS; bit++) {
		uint64_t number[2] = {0};

		for (int side = 0; side < p->s->model.sides; side++)
			number[side] = p->sum->totals[side].work[bit];
		if (!number[0] && !number[1])
			continue;
		if (!count)
			heading(p, "events with software work");
		used[count++] = bit;
		line(p, name_work(bit), number, p->sum->totals[0].events);
	}
	if (count)
		next_line(p);
	for (unsigned i = 0; i < count; i++)
		canvas_print(&p->s->canvas, next_line(p), p->area.x + 1, p->area.columns - 1,
			     STYLE_DIM, "%-14s%s", name_work(used[i]), explain_work(used[i]));
}

static void draw_kinds(struct page *p, const char *title,
		       uint64_t (*number_of)(const struct cost *cost))
{
	char name[NAME_MAX_BYTES];
	uint64_t number[2] = {0}, most = 0;

	heading(p, title);
	for (int i = 0; i < p->sum->kinds; i++) {
		number[0] = number_of(&p->sum->kind[i].cost[0]);
		most = number[0] > most ? number[0] : most;
	}
	for (int i = 0; i < p->sum->kinds; i++) {
		const struct summary_kind *kind = &p->sum->kind[i];

		for (int side = 0; side < p->s->model.sides; side++)
			number[side] = number_of(&kind->cost[side]);
		line(p, name_event(kind->type, kind->vector, name), number, most);
	}
}

static uint64_t events_of(const struct cost *cost)
{
	return cost->events;
}

void draw_summary(struct session *s, struct area area)
{
	struct summary sum = {0};
	struct page p = {.s = s, .area = area, .sum = &sum};

	if (!summary_read(&s->model, &sum))
		return;
	draw_counts(&p);
	draw_kinds(&p, "ticks, entry to exit, mean", summary_mean);
	draw_kinds(&p, "events", events_of);
	draw_work(&p);
	next_line(&p);
	if (s->model.sides == 2)
		canvas_print(&s->canvas, next_line(&p), area.x, area.columns, STYLE_PLAIN,
			     "Results of the steps: %s.", summary_results(sum.same_results));
	canvas_put(&s->canvas, next_line(&p), area.x, area.columns, STYLE_PLAIN,
		   "A tick is one instruction where the emulator counts them (--icount).");
	s->lines[VIEW_SUMMARY] = p.line;
	summary_free(&sum);
}
