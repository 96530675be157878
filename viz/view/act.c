/* SPDX-License-Identifier: MIT */
/* What each key of keys.c does to the session. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act.h"
#include "event/names.h"
#include "move.h"
#include "screen.h"

void act_rows(struct session *s, int rows)
{
	if (s->view == VIEW_SQL && s->query.rows) {
		size_t at = s->query.at, last = s->query.rows - 1;

		s->query.at = rows < 0 ? (at < (size_t)-rows ? 0 : at - (size_t)-rows)
				       : (at + (size_t)rows > last ? last : at + (size_t)rows);
		return;
	}
	move_rows(s, rows);
}

void act_half(struct session *s, int halves)
{
	if (s->view == VIEW_SQL)
		act_rows(s, view_body(s) / 2 * halves);
	else
		move_pages(s, halves);
}

void act_end(struct session *s, int direction)
{
	if (s->view == VIEW_SQL)
		act_rows(s, direction * (int)QUERY_ROWS);
	else
		move_end(s, direction);
}

void act_view(struct session *s, int view)
{
	show_view(s, view);
}

void act_next_view(struct session *s, int direction)
{
	int views = VIEW_HELP; /* help is no stop on the way round */

	show_view(s, s->view == VIEW_HELP ? (int)s->behind_help
					  : ((int)s->view + direction + views) % views);
}

void act_help(struct session *s, int unused)
{
	(void)unused;
	show_view(s, s->view == VIEW_HELP ? (int)s->behind_help : VIEW_HELP);
}

void act_quit(struct session *s, int unused)
{
	(void)unused;
	if (s->view == VIEW_HELP)
		show_view(s, s->behind_help);
	else
		s->quit = true;
}

void act_seek(struct session *s, int kind_and_direction)
{
	enum seek_kind kind = (enum seek_kind)(abs(kind_and_direction) - 1);

	if (kind == SEEK_DIFFERENCE && s->model.sides < 2) {
		say(s, "one run alone has no differences; open two: fredviz view A B");
		return;
	}
	seek_begin(&s->seek, kind, kind_and_direction > 0 ? 1 : -1, s->cursor);
}

void act_search(struct session *s, int direction)
{
	if (s->seek.text[0])
		seek_begin(&s->seek, SEEK_FOUND, direction, s->cursor);
	else
		say(s, "/ asks what to search for");
}

void act_prompt(struct session *s, int kind)
{
	prompt_open(&s->prompt, (enum prompt_kind)kind, "");
}

/* As in a file tree: fold what is open, else go out; unfold what is folded, else go in. */
void act_fold(struct session *s, int fold)
{
	const struct event *e[2];
	struct place next = s->cursor;
	struct budget budget = {0};

	if (!fold) {
		if (!rows_fold(&s->rows, s->cursor, false))
			move_rows(s, 1);
		return;
	}
	view_events(s, s->cursor, e);
	int side = e[0] ? 0 : 1;

	/* Has it anything inside that shows? */
	if (e[side] && rows_next(&s->rows, &next, 1, &budget) == FOUND && !place_is_heading(next)) {
		const struct event *inner[2];

		view_events(s, next, inner);
		if (inner[side] && inner[side]->parent == e[side]->n &&
		    rows_fold(&s->rows, s->cursor, true))
			return;
	}
	view_events(s, s->cursor, e);
	if (e[side] && e[side]->parent && e[side]->parent < e[side]->n)
		move_to_event(s, side, e[side]->parent);
	else
		s->cursor.part = s->cursor.row = 0;
}

void act_deepest(struct session *s, int unused)
{
	(void)unused;
	s->rows.deepest = s->rows.deepest ? 0 : 1;
	say(s, s->rows.deepest ? "only events that interrupt no other; z shows all" : "all events");
}

static void go_to_result(struct session *s)
{
	int64_t run;
	uint64_t n;

	if (!query_event(&s->query, &run, &n)) {
		say(s, "a row leads to an event where the query has its columns run and n");
		return;
	}
	for (int side = 0; side < s->model.sides; side++) {
		if (run && s->model.side[side].run.id != run)
			continue;
		move_to_event(s, side, n);
		show_view(s, VIEW_EVENTS);
		return;
	}
	say(s, "run %lld is not on this screen; :runs %lld shows it", (long long)run,
	    (long long)run);
}

void act_enter(struct session *s, int unused)
{
	(void)unused;
	switch (s->view) {
	case VIEW_EVENTS: s->detail = !s->detail; break;
	case VIEW_SQL: go_to_result(s); break;
	case VIEW_FRAME: s->word = (s->word + 1) % FRAME_WORDS; break;
	case VIEW_HELP: show_view(s, s->behind_help); break;
	default: show_view(s, VIEW_EVENTS);
	}
}

void act_bookmark(struct session *s, int unused)
{
	uint64_t n[2];

	(void)unused;
	model_numbers(&s->model, s->cursor, n);
	int side = n[0] ? 0 : 1;
	int64_t run = s->model.side[side].run.id;

	if (!n[side]) {
		say(s, "a bookmark is set on an event; this is a step's heading");
		return;
	}
	bool there = notebook_find(&s->book, run, n[side]);

	if (!notebook_mark(&s->book, run, n[side], there ? NULL : ""))
		say(s, "%s", s->book.why);
	else
		say(s, there ? "bookmark taken away" : "bookmark set; ' and \" go to bookmarks");
}

void act_next_bookmark(struct session *s, int direction)
{
	struct place best = s->cursor;

	for (size_t i = 0; i < s->book.count; i++) {
		const struct bookmark *mark = &s->book.mark[i];
		int side = s->model.side[0].run.id == mark->run ? 0 : 1;
		struct place place;

		if (!model_find(&s->model, side, mark->n, &place) ||
		    place_compare(place, s->cursor) * direction <= 0)
			continue;
		if (!place_compare(best, s->cursor) || place_compare(place, best) * direction < 0)
			best = place;
	}
	if (place_compare(best, s->cursor))
		move_to(s, best);
	else
		say(s, "no bookmark %s this row; m sets one", direction > 0 ? "after" : "before");
}

/* A filter is narrowed by the next one: say what is in force. */
void tell_filter(struct session *s)
{
	char text[VIEW_TEXT];

	filter_text(&s->rows.filter, text, sizeof(text));
	if (text[0])
		say(s, "only %s  (F shows all)", text);
	else
		say(s, "all events; :filter FIELD=VALUE leaves some, :help lists the fields");
}

void act_filter_like(struct session *s, int unused)
{
	struct filter filter = s->rows.filter;
	char why[VIEW_TEXT], name[NAME_MAX_BYTES];
	const struct event *e[2];

	(void)unused;
	view_events(s, s->cursor, e);
	const struct event *like = e[0] ? e[0] : e[1];

	if (!like || like->gap) {
		say(s, "no event under the cursor; :filter FIELD=VALUE filters, too");
		return;
	}
	snprintf(filter.text[FILTER_TYPE], FILTER_BYTES, "%s",
		 name_event(like->type, like->vector, name));
	if (!rows_filter(&s->rows, &filter, why, sizeof(why)))
		say(s, "%s", why);
	else
		tell_filter(s);
}

void act_unfilter(struct session *s, int unused)
{
	struct filter none = {{{0}}};
	char why[VIEW_TEXT];

	(void)unused;
	rows_filter(&s->rows, &none, why, sizeof(why));
}
