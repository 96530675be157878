/* SPDX-License-Identifier: MIT */
/* A session: one or two runs opened, and where the last session with them was. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "screen.h"

static int64_t run_id(const struct session *s, int side)
{
	return side < s->model.sides ? s->model.side[side].run.id : 0;
}

/* Where the session was, as numbers that mean the same when the runs have grown. */
static void remember(struct session *s, struct last_place *last)
{
	uint64_t n[2];

	memset(last, 0, sizeof(*last));
	last->a = run_id(s, 0);
	last->b = run_id(s, 1);
	last->view = s->view == VIEW_HELP ? s->behind_help : s->view;
	last->heading = place_is_heading(s->cursor);
	last->detail = s->detail;
	model_moment(&s->model, s->cursor, n);
	last->side = !n[0];
	last->n = n[last->side] + (last->heading != 0); /* the first of that step */
	filter_text(&s->rows.filter, last->filter, sizeof(last->filter));
}

static void put_back(struct session *s, const struct last_place *last)
{
	int side = last->side < s->model.sides ? (int)last->side : 0;

	if (!model_find(&s->model, side, last->n, &s->cursor))
		return;
	if (last->heading)
		s->cursor.part = s->cursor.row = 0;
}

static void restore(struct session *s)
{
	struct last_place last = {.a = run_id(s, 0), .b = run_id(s, 1)};
	struct filter filter = {{{0}}};
	char why[VIEW_TEXT];

	if (!notebook_last(&s->book, &last))
		return;
	if (filter_parse(&filter, last.filter, why, sizeof(why)) && !filter_empty(&filter) &&
	    rows_filter(&s->rows, &filter, why, sizeof(why)))
		say(s, "as you left it; F shows all events again");
	put_back(s, &last);
	if (last.view >= 0 && last.view < VIEW_HELP)
		s->view = (enum view_id)last.view;
	s->detail = last.detail;
}

static bool open_runs(struct session *s, struct store *store, const struct run *runs, int count)
{
	if (!model_open(&s->model, store, runs, count))
		return false;
	rows_begin(&s->rows, &s->model);
	notebook_open(&s->book, store->db, s->path, run_id(s, 0), run_id(s, 1));
	s->cursor = s->top = (struct place){0, 0, 0};
	/* What came before the first step is often nothing: begin where something is */
	if (s->model.steps > 1 && model_parts(&s->model, 0) < 2)
		s->cursor.step = s->top.step = 1;
	return true;
}

bool session_begin(struct session *s, struct store *store, const char *path, const struct run *runs,
		   int count, bool resume)
{
	memset(s, 0, sizeof(*s));
	s->path = path;
	s->detail = true;
	s->zoom = 1;
	s->play.speed = 3;
	s->play.until = SEEK_KINDS;
	if (!open_runs(s, store, runs, count))
		return false;
	notebook_history(&s->book, s->prompt.history, PROMPT_KINDS);
	if (resume)
		restore(s);
	return true;
}

static void close_runs(struct session *s)
{
	seek_forget(&s->seek);
	rows_end(&s->rows);
	notebook_close(&s->book);
	model_close(&s->model);
}

bool session_keep(struct session *s)
{
	struct last_place last;

	remember(s, &last);
	return notebook_keep(&s->book, &last, s->prompt.history, PROMPT_KINDS);
}

void session_end(struct session *s)
{
	close_runs(s);
	query_end(&s->query);
	prompt_free(&s->prompt);
	canvas_free(&s->canvas);
}

bool session_runs(struct session *s, const struct run *runs, int count)
{
	struct store *store = s->model.store;
	struct run old[2] = {s->model.side[0].run, s->model.side[1].run};
	int sides = s->model.sides;

	session_keep(s);
	close_runs(s);
	if (open_runs(s, store, runs, count)) {
		restore(s);
		return true;
	}
	s->quit = !open_runs(s, store, old, sides);
	return false;
}

/* A run that is still recorded: the cursor stays on its event, or at the end. */
bool session_refresh(struct session *s)
{
	struct filter filter = s->rows.filter;
	struct last_place last;
	struct place end = model_end(&s->model);
	bool at_end = !place_compare(s->cursor, end), grew;
	char why[VIEW_TEXT];

	remember(s, &last);
	if (!model_refresh(&s->model, &grew)) {
		s->quit = true;
		return false;
	}
	if (!grew)
		return false;
	seek_forget(&s->seek);
	if (!filter_empty(&filter))
		rows_filter(&s->rows, &filter, why, sizeof(why));
	s->cursor = s->top = (struct place){0, 0, 0};
	put_back(s, &last);
	if (at_end)
		s->cursor = model_end(&s->model);
	return true;
}
