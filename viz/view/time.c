/* SPDX-License-Identifier: MIT */
/* The time view: for each run swim lanes by stack, NMIs blocked below them, zoomable. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/lanes.h"
#include "event/names.h"
#include "event/titles.h"
#include "talk/text.h"
#include "head.h"
#include "move.h"
#include "views.h"

#define LABEL	   12 /* columns before the lanes */
#define ZOOM_MOST  1e12
#define TEXT_BYTES 512

void act_zoom(struct session *s, int change)
{
	s->zoom = change > 0 ? s->zoom * 2 : change < 0 ? s->zoom / 2 : 1;
	s->zoom = s->zoom < 1 ? 1 : s->zoom > ZOOM_MOST ? ZOOM_MOST : s->zoom;
}

void act_unit(struct session *s, int unused)
{
	(void)unused;
	s->by_events = !s->by_events;
	say(s, s->by_events ? "every event as wide as any other" : "by the time stamp counter");
}

static enum lanes_unit unit(const struct session *s)
{
	return s->by_events ? LANES_EVENTS : LANES_TICKS;
}

/* The stretch that is shown: around the cursor, inside the run. */
static void stretch(struct session *s, int side, int columns, uint64_t at, uint64_t *from,
		    uint64_t *to)
{
	uint64_t first, end, span;

	lanes_whole(&s->model, side, unit(s), &first, &end);
	span = (uint64_t)((double)(end - first) / s->zoom);
	span = span < (uint64_t)columns ? (uint64_t)columns : span;
	*from = first;
	*to = first + span;
	if (span >= end - first)
		return;
	if (at > first + span / 2)
		*from = at - span / 2;
	if (*from + span > end)
		*from = end - span;
	*to = *from + span;
}

static uint64_t moment(struct session *s, int side)
{
	uint64_t n[2];

	model_moment(&s->model, s->cursor, n);
	return n[side];
}

/* As many columns to the side as asked for, on the side that has the event. */
void act_column(struct session *s, int columns)
{
	int side = moment(s, 0) ? 0 : 1, width = s->canvas.columns - LABEL;
	uint64_t at = lanes_of_event(&s->model, side, unit(s), moment(s, side)), from, to, n;

	stretch(s, side, width, at, &from, &to);
	uint64_t step = (to - from) / (uint64_t)width;

	step = step ? step : 1;
	at = columns > 0 ? at + step : at > step ? at - step : 0;
	n = lanes_event_at(&s->model, side, unit(s), at);
	if (n == moment(s, side) && columns > 0)
		n++;
	else if (n == moment(s, side) && n > 1)
		n--;
	if (n && n <= s->model.side[side].last)
		move_to_event(s, side, n);
}

static const char *cell_glyph(const struct lanes *lanes, const struct lanes_cell *cell)
{
	if (lanes->detail == LANES_PRESENCE)
		return cell->busy || cell->entries ? "▒" : NULL;
	if (!cell->entries)
		return cell->busy ? "━" : NULL;
	if (lanes->detail == LANES_EXACT)
		return "█";
	return cell->entries > 8 ? "█" : cell->entries > 2 ? "▓" : "▒";
}

static const char *mark_glyph(unsigned marks, unsigned *style)
{
	*style = STYLE_NMI;
	if (marks & (LANES_CLOBBERED | LANES_GAP))
		*style = STYLE_HARM;
	return marks & LANES_CLOBBERED ? "╳"
	       : marks & LANES_GAP     ? "≈"
	       : marks & LANES_NMI     ? "▲"
	       : marks & LANES_BLOCKED ? "█"
				       : NULL;
}

/* Is anything ever on that stack in what is shown? */
static bool used(const struct lanes *lanes, int lane)
{
	for (int i = 0; i < lanes->columns; i++) {
		if (lanes->column[i].lane[lane].busy || lanes->column[i].lane[lane].entries)
			return true;
	}
	return lane == FT_STACK_TASK;
}

/* In the words of the delivery: IST 2 is level 2's memory */
static void name_lane(int lane, bool fred, char *to, size_t size)
{
	if (lane >= FT_STACK_EVENT1 && lane <= FT_STACK_EVENT4)
		snprintf(to, size, fred ? "level %d" : "IST %d", lane);
	else
		snprintf(to, size, "%s", lane ? name_stack((unsigned)lane) : "tasks");
}

static void draw_lane(struct session *s, int y, int x, const struct lanes *lanes, int lane)
{
	for (int i = 0; i < lanes->columns; i++) {
		const char *glyph = cell_glyph(lanes, &lanes->column[i].lane[lane]);

		canvas_put(&s->canvas, y, x + i, 1,
			   glyph ? (unsigned)style_stack((unsigned)lane) : STYLE_DIM,
			   glyph ? glyph : "·");
	}
}

/* Lines that each lane gets: all there is, to three */
static int thickness(int lines, const struct lanes *lanes)
{
	int lanes_used = 0;

	for (int lane = 0; lane < LANES; lane++)
		lanes_used += used(lanes, lane);
	lines /= lanes_used ? lanes_used : 1;
	return lines < 1 ? 1 : lines > 3 ? 3 : lines;
}

static int draw_lanes(struct session *s, struct area area, const struct lanes *lanes, bool fred)
{
	struct canvas *c = &s->canvas;
	int y = area.y, end = area.y + area.lines, thick = thickness(area.lines - 1, lanes);
	char label[NAME_MAX_BYTES];

	for (int lane = 0; lane < LANES && y < end - 1; lane++) {
		if (!used(lanes, lane))
			continue;
		name_lane(lane, fred, label, sizeof(label));
		canvas_put(c, y, area.x, LABEL - 1, style_stack((unsigned)lane), label);
		for (int i = 0; i < thick && y < end - 1; i++)
			draw_lane(s, y++, area.x + LABEL, lanes, lane);
	}
	canvas_put(c, y, area.x, LABEL - 1, STYLE_NMI, "NMIs");
	for (int i = 0; i < lanes->columns; i++) {
		unsigned style;
		const char *glyph = mark_glyph(lanes->column[i].marks, &style);

		if (glyph)
			canvas_put(c, y, area.x + LABEL + i, 1, style, glyph);
	}
	return y + 1;
}

static int column_of(const struct lanes *lanes, uint64_t x)
{
	if (x < lanes->from || x >= lanes->to)
		return -1;
	return (int)((double)(x - lanes->from) / (double)(lanes->to - lanes->from) *
		     lanes->columns);
}

/* Where steps of the workload begin. */
static void draw_steps(struct session *s, int y, const struct lanes *lanes, int side)
{
	const struct model_side *run = &s->model.side[side];

	canvas_put(&s->canvas, y, 0, LABEL - 1, STYLE_STEP, "steps");
	for (int i = 1, free = 0; i < run->step_count; i++) {
		uint64_t x = s->by_events ? run->steps[i].first : run->steps[i].tsc;
		int column = column_of(lanes, x);

		if (column < free)
			continue;
		free = canvas_print(&s->canvas, y, LABEL + column, -1, STYLE_STEP, "│%" PRIu64,
				    run->steps[i].value) -
		       LABEL;
	}
}

static int draw_side(struct session *s, struct area area, int side)
{
	struct lanes lanes = {0};
	uint64_t n = moment(s, side), at = lanes_of_event(&s->model, side, unit(s), n), from, to;
	int columns = area.columns - LABEL, y = area.y + 1, column;
	size_t used;
	char title[TEXT_BYTES];

	stretch(s, side, columns, at, &from, &to);
	run_title(&s->model.side[side].run, title, sizeof(title));
	if (!lanes_read(&s->model, side, unit(s), from, to, columns, &lanes))
		return y;
	used = strlen(title);
	used += (size_t)snprintf(title + used, sizeof(title) - used,
				 "   %s %" PRIu64 " to %" PRIu64, s->by_events ? "events" : "ticks",
				 from, to - 1);
	/* The last thing said, and the first to be left out */
	snprintf(title + used, sizeof(title) - used, ", %" PRIu64 " a column",
		 (to - from) / (uint64_t)columns);
	if (text_width(title) > area.columns)
		title[used] = 0;
	canvas_put(&s->canvas, area.y, area.x, area.columns, STYLE_TITLE, title);
	y = draw_lanes(s, (struct area){y, area.x, area.lines - 2, area.columns}, &lanes,
		       s->model.side[side].run.options & FT_RUN_FRED);
	draw_steps(s, y, &lanes, side);
	column = column_of(&lanes, at);
	for (int line = area.y + 1; column >= 0 && line <= y; line++)
		canvas_reverse(&s->canvas, line, LABEL + column, 1);
	lanes_free(&lanes);
	return y + 1;
}

void draw_time(struct session *s, struct area area)
{
	int end = area.y + area.lines, y = area.y, each = (area.lines - 3) / s->model.sides;

	for (int side = 0; side < s->model.sides; side++)
		y = draw_side(s, (struct area){y, 0, each - 1, area.columns}, side) + 1;
	if (y + 3 > end)
		return;
	struct area heads = {y, 0, 2, area.columns};

	draw_heads(s, heads);
	canvas_put(
		&s->canvas, y + 2, 0, area.columns, STYLE_DIM,
		"█▓▒ events begin  ━ goes on  NMIs: ▲ comes █ blocked  ╳ overwritten  ≈ missing");
}
