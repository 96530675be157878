/* SPDX-License-Identifier: MIT */
/* The explain view: what is under the cursor, why it is so, and what lies around it. */
#include <stdio.h>
#include <string.h>

#include "model/explain.h"
#include "event/titles.h"
#include "head.h"
#include "views.h"

#define TEXT_BYTES   1024
#define TEXT_COLUMNS 100 /* longer lines are hard to read */

/* Text with its line ends, wrapped; the line behind it. */
static int paragraph(struct session *s, struct area area, int y, unsigned style, const char *text)
{
	char line[EXPLAIN_BYTES];

	while (*text) {
		size_t length = strcspn(text, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		y += canvas_wrap(&s->canvas, y, area.x, area.columns, area.y + area.lines - y,
				 style, line);
		text += length + (text[length] == '\n');
	}
	return y;
}

static int heading(struct session *s, struct area area, int y, const char *text)
{
	if (y + 1 < area.y + area.lines)
		canvas_put(&s->canvas, y + 1, area.x, area.columns, STYLE_STEP, text);
	return y + 2;
}

/* "12 #PF on the task stack", what that interrupted, and so on outwards. */
static void draw_around(struct session *s, struct area area, int y, int side)
{
	const struct event *e[2];
	char title[TEXT_BYTES];
	uint64_t parent;

	view_events(s, s->cursor, e);
	for (int depth = 0; e[side] && y < area.y + area.lines; depth++) {
		event_title(e[side], title, sizeof(title));
		canvas_print(&s->canvas, y++, area.x, area.columns, style_stack(e[side]->stack),
			     "%s%s", depth ? "in " : "", title);
		parent = e[side]->parent;
		if (!parent || parent >= e[side]->n)
			break;
		e[side] = model_event(&s->model, side, parent);
	}
}

void draw_explain(struct session *s, struct area area)
{
	struct area text = {area.y + draw_heads(s, area), area.x + 1, area.lines - 2,
			    area.columns - 2};
	char words[TEXT_BYTES];
	struct explain explain;
	unsigned differences = model_differences(&s->model, s->cursor);
	int y;

	if (text.columns > TEXT_COLUMNS)
		text.columns = TEXT_COLUMNS;
	explain_row(&s->model, s->cursor, &explain);
	y = heading(s, text, text.y - 1, "What this is");
	y = paragraph(s, text, y, STYLE_PLAIN, explain.what);
	y = heading(s, text, y, differences & DIFFERS_MATTERS ? "Why the two differ" : "Why");
	y = paragraph(s, text, y, STYLE_PLAIN, explain.why);
	if (differences) {
		y = heading(s, text, y, "How they differ");
		y = paragraph(s, text, y, STYLE_DIFFERS,
			      difference_text(differences, words, sizeof(words)));
	}
	if (place_is_heading(s->cursor))
		return;
	y = heading(s, text, y, "Nesting, from the inside out");
	area.lines = area.y + area.lines - y;
	for (int side = 0; side < s->model.sides; side++)
		draw_around(
			s,
			pane(s, (struct area){y, area.x + 1, area.lines, area.columns - 1}, side),
			y, side);
}
