/* SPDX-License-Identifier: MIT */
/*
 * One picture of the session. What must change before it can be drawn is changed here: the
 * cursor stands on a row that is shown and on the screen, and a filter that failed is gone.
 */
#include "picture.h"

#include <stdio.h>

#include "act.h"
#include "draw.h"
#include "move.h"
#include "screen.h"

#define PICTURE_US 6000 /* for finding rows; drawing them comes on top, 2 ms */

static void settle(struct session *s)
{
	s->budget = s->hurry ? budget_us(PICTURE_US) : (struct budget){0};
	settle_cursor(s, 1);
	if (s->view == VIEW_EVENTS)
		follow_cursor(s, event_rows(s));
}

/*
 * A filter fails when its SQL is stopped, or is wrong for some event. That turns out only while
 * rows are looked for, and what was drawn with it is no answer.
 */
static bool drop_failed_filter(struct session *s)
{
	const struct match *m = s->rows.match;
	char why[sizeof(m->why)];

	if (!m[0].failed && !m[1].failed)
		return false;
	snprintf(why, sizeof(why), "%s", m[m[0].failed ? 0 : 1].why);
	act_unfilter(s, 0);
	say(s, "all events, because the filter failed: %s", why);
	return true;
}

void picture(struct session *s)
{
	if (!screen_fits(s)) {
		s->unfinished = false;
		draw_all(s);
		return;
	}
	store_hold(s->model.store, true);
	do {
		s->unfinished = false;
		settle(s);
		draw_all(s);
	} while (drop_failed_filter(s));
	store_hold(s->model.store, false);
}
