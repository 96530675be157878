/* SPDX-License-Identifier: MIT */
/* How the screen is divided, which view is on it, and the message on its status line. */
#include "screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct view_row views[VIEWS] = {
	[VIEW_EVENTS] = {"events", "what happened, and what it interrupted", false},
	[VIEW_STACKS] = {"stacks", "memory, with the frames where they lie", false},
	[VIEW_TIME] = {"time", "swim lanes by stack", false},
	[VIEW_FRAME] = {"frame", "both frames, word by word", false},
	[VIEW_SUMMARY] = {"summary", "counts and costs as bars", true},
	[VIEW_EXPLAIN] = {"explain", "what this event or difference is", false},
	[VIEW_SQL] = {"result", "what ; asked for", false},
	[VIEW_HELP] = {"help", "keys and commands", true},
};

const struct view_row *view_row(unsigned view)
{
	return &views[view < VIEWS ? view : VIEW_EVENTS];
}

int view_of(const char *name)
{
	for (int i = 0; i < VIEWS; i++) {
		if (!strcmp(views[i].name, name))
			return i;
	}
	return -1;
}

void show_view(struct session *s, int view)
{
	if (s->view == VIEW_HELP && view != VIEW_HELP)
		s->scroll[VIEW_HELP] = 0;
	else if (view == VIEW_HELP && s->view != VIEW_HELP)
		s->behind_help = s->view;
	s->view = (enum view_id)view;
}

bool screen_fits(const struct session *s)
{
	return s->canvas.columns >= VIEW_COLUMNS_MIN && s->canvas.lines >= VIEW_LINES_MIN;
}

int view_body(const struct session *s)
{
	return s->canvas.lines - 2;
}

int event_rows(const struct session *s)
{
	return view_body(s) - EVENTS_HEAD - (s->detail ? EVENTS_DETAIL : 0);
}

struct area pane(const struct session *s, struct area area, int side)
{
	if (s->model.sides == 2) {
		int width = (area.columns - 3) / 2;

		area.x += side * (width + 3);
		area.columns = width;
	}
	return area;
}

void view_events(struct session *s, struct place place, const struct event *e[2])
{
	uint64_t n[2];

	model_numbers(&s->model, place, n);
	for (int side = 0; side < 2; side++)
		e[side] = side < s->model.sides ? model_event(&s->model, side, n[side]) : NULL;
}

void say(struct session *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->message, sizeof(s->message), format, args);
	va_end(args);
}
