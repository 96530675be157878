/* SPDX-License-Identifier: MIT */
/* How the screen is divided, which view is on it, and the message on its status line. */
#ifndef VIEW_SCREEN_H
#define VIEW_SCREEN_H

#include "session.h"

#define VIEW_COLUMNS_MIN 80
#define VIEW_LINES_MIN	 24

#define EVENTS_HEAD   2	 /* events view: titles, column headings */
#define EVENTS_DETAIL 11 /* below its list: a rule, a head, eight words, marks */

struct area {
	int y, x, lines, columns;
};

/* One view: what it is called. draw.c knows which function draws it. */
struct view_row {
	const char *name, *help;
	bool scrolls; /* j and k move its lines, not the cursor */
};

const struct view_row *view_row(unsigned view);

/* The number of the view of that name, or -1. */
int view_of(const char *name);

void show_view(struct session *s, int view);

/* False: too small for any view. */
bool screen_fits(const struct session *s);

/* Lines that the view has between the top line and the status line. */
int view_body(const struct session *s);

/* Rows of events that fit in the events view. */
int event_rows(const struct session *s);

/* Two panes, or one: where a run's half of an area lies. */
struct area pane(const struct session *s, struct area area, int side);

/* Each run's event in the row at `place`; NULL where it has none. */
void view_events(struct session *s, struct place place, const struct event *e[2]);

/* For the status line. */
void say(struct session *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
