/* SPDX-License-Identifier: MIT */
/* The cursor and the rows around it: moving, scrolling, staying on the screen. */
#include <stdlib.h>

#include "view.h"

#define KEY_US 8000 /* so long a key may look for its row; then the loop goes on looking */

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
	struct budget budget = budget_us(KEY_US);
	struct place end = direction > 0 ? model_end(&s->model) : (struct place){0, 0, 0};

	if (view_row(s->view)->scrolls) {
		scroll_lines(s, direction * s->lines[s->view]);
		return;
	}
	s->cursor = end;
	if (s->rows.filtered && !rows_visible(&s->rows, end))
		rows_next(&s->rows, &s->cursor, -direction, &budget);
}

/* Scroll so that the cursor is on the screen; a far jump puts it in the middle. */
void follow_cursor(struct session *s, int rows)
{
	struct budget budget = budget_us(KEY_US);
	struct place place = s->top;

	if (place_compare(s->cursor, s->top) >= 0) {
		for (int i = 0; i < rows; i++) {
			if (!place_compare(place, s->cursor))
				return;
			if (rows_next(&s->rows, &place, 1, &budget) != FOUND)
				break;
		}
	}
	/* One beyond an edge scrolls by one */
	if (!place_compare(place, s->cursor)) {
		rows_next(&s->rows, &s->top, 1, &budget);
		return;
	}
	place = s->cursor;
	if (rows_next(&s->rows, &place, 1, &budget) == FOUND && !place_compare(place, s->top)) {
		s->top = s->cursor;
		return;
	}
	int ahead = 0;

	for (place = s->cursor; ahead < rows - rows / 2 - 1; ahead++) {
		if (rows_next(&s->rows, &place, 1, &budget) != FOUND)
			break;
	}
	s->top = s->cursor;
	for (int i = 0; i < rows - 1 - ahead; i++) {
		if (rows_next(&s->rows, &s->top, -1, &budget) != FOUND)
			break;
	}
}
