/* SPDX-License-Identifier: MIT */
/* The frame around every view: the top line, the status line, the prompt. */
#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "status.h"
#include "views.h"

static void (*const draw[VIEWS])(struct session *s, struct area area) = {
	[VIEW_EVENTS] = draw_events, [VIEW_STACKS] = draw_stacks,   [VIEW_TIME] = draw_time,
	[VIEW_FRAME] = draw_frame,   [VIEW_SUMMARY] = draw_summary, [VIEW_EXPLAIN] = draw_explain,
	[VIEW_SQL] = draw_sql,	     [VIEW_HELP] = draw_help,
};

static void draw_tabs(struct session *s)
{
	struct canvas *c = &s->canvas;
	int x = 1, right = c->columns;
	char place[VIEW_TEXT];

	canvas_put(c, 0, 0, c->columns, STYLE_BAR, "");
	for (int i = 0; i < VIEW_HELP; i++) {
		unsigned style = i == (int)s->view ? STYLE_BAR_ON : STYLE_BAR;

		x = canvas_print(c, 0, x, -1, style, " %d %s ", i + 1, view_row((unsigned)i)->name);
	}
	status_place(s, place, sizeof(place));
	right -= (int)strlen(place) + 1;
	if (right > x)
		canvas_put(c, 0, right, -1, STYLE_BAR, place);
	else
		canvas_print(c, 0, c->columns - 6, -1, STYLE_BAR, "%3.0f %%",
			     100 * model_share(&s->model, s->cursor));
}

static void draw_prompt(struct session *s, int y)
{
	struct canvas *c = &s->canvas;
	char text[PROMPT_BYTES + 2];

	snprintf(text, sizeof(text), "%c%s", prompt_sign(s->prompt.kind), s->prompt.text);
	canvas_put(c, y, 0, c->columns, STYLE_PLAIN, text);
}

static void draw_status(struct session *s, int y)
{
	struct canvas *c = &s->canvas;
	char left[VIEW_TEXT * 2], right[VIEW_TEXT];
	int room;

	status_left(s, left, sizeof(left));
	status_right(s, right, sizeof(right));
	room = c->columns - (int)strlen(right) - 2;
	canvas_put(c, y, 0, c->columns, STYLE_BAR, "");
	canvas_print(c, y, 0, room, STYLE_BAR, " %s", left);
	canvas_print(c, y, room, -1, STYLE_BAR, " %s ", right);
}

static void draw_too_small(struct session *s)
{
	struct canvas *c = &s->canvas;

	char text[VIEW_TEXT];

	snprintf(text, sizeof(text),
		 "The terminal has %dx%d; fredviz view needs %dx%d. Make it larger, or press q and "
		 "use `fredviz print`.",
		 c->columns, c->lines, VIEW_COLUMNS_MIN, VIEW_LINES_MIN);
	canvas_wrap(c, 0, 0, c->columns, c->lines, STYLE_PLAIN, text);
}

void draw_all(struct session *s)
{
	struct canvas *c = &s->canvas;
	struct area body = {1, 0, view_body(s), c->columns};

	canvas_clear(c);
	if (!screen_fits(s)) {
		draw_too_small(s);
		return;
	}
	draw[s->view](s, body);
	draw_tabs(s);
	if (s->prompt.kind != PROMPT_NONE)
		draw_prompt(s, c->lines - 1);
	else
		draw_status(s, c->lines - 1);
}
