/* SPDX-License-Identifier: MIT */
/* The cursor and the rows around it: moving, scrolling, staying on the screen. */
#include <stdlib.h>

#include "move.h"
#include "screen.h"

#define KEY_US 4000 /* how long a key may look for its row; then the loop goes on */

void move_to(struct session *s, struct place place)
{
	s->cursor = place;
}

void move_to_event(struct session *s, int side, uint64_t n)
{
	struct place place;

	if (model_find(&s->model, side, n, &place))
		s->cursor = place;
	else
		say(s, "run %lld has no event %llu", (long long)s->model.side[side].run.id,
		    (unsigned long long)n);
}

void settle_cursor(struct session *s, int direction)
{
	struct budget budget = s->budget;
	enum found found = rows_visible(&s->rows, s->cursor, &budget);

	if (found == FOUND_NONE)
		found = rows_next(&s->rows, &s->cursor, direction, &budget);
	if (found == FOUND_NONE)
		found = rows_next(&s->rows, &s->cursor, -direction, &budget);
	s->unfinished |= found == FOUND_LATER;
}

static void scroll_lines(struct session *s, int rows)
{
	int most = s->lines[s->view] - view_body(s), *at = &s->scroll[s->view];

	*at += rows;
	*at = *at > most ? most : *at;
	*at = *at < 0 ? 0 : *at;
}

void move_rows(struct session *s, int rows)
{
	struct budget budget = budget_us(KEY_US);

	if (view_row(s->view)->scrolls) {
		scroll_lines(s, rows);
		return;
	}
	for (int i = abs(rows); i > 0; i--) {
		if (rows_next(&s->rows, &s->cursor, rows, &budget) != FOUND)
			break;
	}
}

void move_pages(struct session *s, int halves)
{
	int page = view_body(s) - 1;

	if (s->view == VIEW_EVENTS)
		page = event_rows(s) - 1;
	page = page < 2 ? 2 : page;
	move_rows(s, page / 2 * halves);
}

void move_end(struct session *s, int direction)
{
	struct place end = direction > 0 ? model_end(&s->model) : (struct place){0, 0, 0};

	if (view_row(s->view)->scrolls) {
		scroll_lines(s, direction * s->lines[s->view]);
		return;
	}
	s->cursor = end;
	s->budget = budget_us(KEY_US);
	settle_cursor(s, -direction);
}

/* Some rows on or back from *place, as far as there are any; how many it went. */
static int walk(struct session *s, struct place *place, int rows, const struct budget *budget)
{
	int gone = 0;

	while (gone < abs(rows) && rows_next(&s->rows, place, rows, budget) == FOUND)
		gone++;
	return gone;
}

/* Is the cursor among the rows from the top on? */
static bool on_screen(struct session *s, int rows, const struct budget *budget)
{
	struct place place = s->top;

	if (place_compare(s->cursor, place) < 0)
		return false;
	while (place_compare(place, s->cursor) < 0) {
		if (--rows <= 0 || rows_next(&s->rows, &place, 1, budget) != FOUND)
			return false;
	}
	return !place_compare(place, s->cursor);
}

/* Scroll so that the cursor is on the screen; a far jump puts it in the middle. */
void follow_cursor(struct session *s, int rows)
{
	struct budget budget = s->budget;
	struct place place;

	if (!on_screen(s, rows, &budget)) {
		bool before = place_compare(s->cursor, s->top) < 0;

		/* One beyond an edge scrolls by one */
		place = s->cursor;
		if (before && walk(s, &place, 1, &budget) && !place_compare(place, s->top)) {
			s->top = s->cursor;
			return;
		}
		walk(s, &s->top, before ? 0 : 1, &budget);
		if (before || !on_screen(s, rows, &budget)) {
			s->top = s->cursor;
			walk(s, &s->top, -(rows / 2), &budget);
		}
	}
	/* No blank lines below the last row while there are rows above the first */
	place = s->top;
	walk(s, &s->top, walk(s, &place, rows - 1, &budget) - (rows - 1), &budget);
}
