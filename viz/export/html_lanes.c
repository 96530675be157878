/* SPDX-License-Identifier: MIT */
/* A run over time: one lane a stack, the steps of the workload above, NMIs below. */
#include <inttypes.h>
#include <stdlib.h>

#include "event/names.h"
#include "html.h"
#include "model/lanes.h"
#include "talk/message.h"

#define COLUMNS 1000
#define LEFT	110
#define LANE	18
#define BAR	14

const char *html_stack_colour(unsigned stack)
{
	static const char *const colours[] = {
		[FT_STACK_TASK] = "#0072b2",   [FT_STACK_EVENT1] = "#e69f00",
		[FT_STACK_EVENT2] = "#009e73", [FT_STACK_EVENT3] = "#cc79a7",
		[FT_STACK_EVENT4] = "#56b4e9", [FT_STACK_NMI_COPY] = "#d55e00",
		[FT_STACK_BOOT] = "#888888",
	};

	return stack < sizeof(colours) / sizeof(colours[0]) ? colours[stack] : "#444444";
}

static void label(FILE *out, int y, const char *text)
{
	fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", LEFT - 8, y + BAR - 2);
	export_html_text(out, text);
	fputs("</text>\n", out);
}

static void bar(FILE *out, int from, int to, int y, const char *colour, const char *title)
{
	fprintf(out,
		"<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"><title>%s</title>"
		"</rect>\n",
		LEFT + from, y, to - from, BAR, colour, title);
}

static bool lane_used(const struct lanes *l, unsigned lane)
{
	for (int i = 0; i < l->columns; i++) {
		if (l->column[i].lane[lane].busy)
			return true;
	}
	return false;
}

static void draw_lane(FILE *out, const struct lanes *l, unsigned lane, int y)
{
	char title[96];

	label(out, y, name_stack(lane));
	for (int i = 0; i < l->columns; i++) {
		int from = i;
		uint64_t entries = 0;

		for (; i < l->columns && l->column[i].lane[lane].busy; i++)
			entries += l->column[i].lane[lane].entries;
		if (i == from)
			continue;
		snprintf(title, sizeof(title), "%" PRIu64 " entries, from event %" PRIu64, entries,
			 l->column[from].first_n);
		bar(out, from, i, y, html_stack_colour(lane), title);
	}
}

static bool marked(const struct lanes *l, unsigned mark)
{
	for (int i = 0; i < l->columns; i++) {
		if (l->column[i].marks & mark)
			return true;
	}
	return false;
}

static void draw_marks(FILE *out, const struct lanes *l, unsigned mark, int y, const char *name,
		       const char *colour)
{
	if (!marked(l, mark))
		return;
	label(out, y, name);
	for (int i = 0; i < l->columns; i++) {
		int from = i;

		while (i < l->columns && l->column[i].marks & mark)
			i++;
		if (i > from)
			bar(out, from, i, y, colour, name);
	}
}

static void draw_steps(FILE *out, const struct model_side *side, const struct lanes *l, int height)
{
	int last = -20;

	for (int i = 1; i < side->step_count; i++) {
		uint64_t at = l->unit == LANES_TICKS ? side->steps[i].tsc : side->steps[i].first;

		if (at < l->from || at >= l->to)
			continue;
		int x = LEFT + (int)((double)(at - l->from) / (double)(l->to - l->from) * COLUMNS);

		/* Where steps stand too close, numbers would lie over each other */
		if (x - last < 14)
			continue;
		last = x;
		fprintf(out, "<g><title>step %" PRIu64 ": ", side->steps[i].value);
		export_html_text(out, side->steps[i].text);
		fprintf(out,
			"</title><line x1=\"%d\" y1=\"16\" x2=\"%d\" y2=\"%d\" class=\"step\"/>"
			"<text x=\"%d\" y=\"12\">%" PRIu64 "</text></g>\n",
			x, x, height, x, side->steps[i].value);
	}
}

bool html_lanes(struct html *h, int side, enum lanes_unit unit)
{
	uint64_t from, to;
	struct lanes l;
	int rows = 0, y = 20;

	lanes_whole(h->model, side, unit, &from, &to);
	if (!lanes_read(h->model, side, unit, from, to, COLUMNS, &l)) {
		lanes_free(&l);
		return fail("the time of a run could not be read, or memory is short"), false;
	}
	for (unsigned lane = 0; lane < LANES; lane++)
		rows += lane_used(&l, lane);
	rows += marked(&l, LANES_BLOCKED) + marked(&l, LANES_CLOBBERED);
	int height = 20 + rows * LANE;

	fprintf(h->out,
		"<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"timeline of run %" PRId64
		"\">\n",
		LEFT + COLUMNS + 10, height, h->model->side[side].run.id);
	draw_steps(h->out, &h->model->side[side], &l, height);
	for (unsigned lane = 0; lane < LANES; lane++) {
		if (!lane_used(&l, lane))
			continue;
		draw_lane(h->out, &l, lane, y);
		y += LANE;
	}
	draw_marks(h->out, &l, LANES_BLOCKED, y, "NMIs blocked", "#666666");
	y += marked(&l, LANES_BLOCKED) ? LANE : 0;
	draw_marks(h->out, &l, LANES_CLOBBERED, y, "clobbered", "#b00020");
	fputs("</svg>\n", h->out);
	lanes_free(&l);
	return true;
}
