/* SPDX-License-Identifier: MIT */
/* Keys, work in slices, and a picture after either: the heart of the viewer. */
#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "talk/text.h"
#include "act.h"
#include "command.h"
#include "complete.h"
#include "keys.h"
#include "loop.h"
#include "move.h"
#include "picture.h"
#include "screen.h"
#include "terminal.h"
#include "talk/message.h"
#include "work.h"

#define SLICE_US      4000   /* of work, before a key is looked for */
#define PATIENT_US    500000 /* longer work says what it does */
#define ASK_US	      40000
#define SHOW_EVERY_US 100000
#define WHEEL	      3

static void show(struct session *s)
{
	uint64_t now;
	int y = -1, x = 0;

	picture(s);
	/* While rows are looked for: the first picture at once, then some a second */
	now = budget_clock_us();
	if (s->unfinished && !s->answer && now < s->shown_us + SHOW_EVERY_US)
		return;
	s->answer = false;
	s->shown_us = now;
	if (s->prompt.kind != PROMPT_NONE) {
		char before[PROMPT_BYTES];

		snprintf(before, sizeof(before), "%.*s", (int)s->prompt.at, s->prompt.text);
		y = s->canvas.lines - 1;
		x = 1 + text_width(before);
	}
	terminal_show(&s->canvas, y, x);
}

/* Long work tells how long it takes already; Escape stops it, other keys are lost. */
static bool wanted_still(struct session *s, const char *doing, uint64_t us)
{
	int line = s->canvas.lines - 1;

	canvas_put(&s->canvas, line, 0, s->canvas.columns, STYLE_BAR, "");
	canvas_print(&s->canvas, line, 1, s->canvas.columns - 1, STYLE_BAR,
		     "%s, %.1f s so far  (Esc stops)", doing, (double)us / 1e6);
	terminal_show_line(&s->canvas, line);
	return terminal_key(0) != KEY_ESCAPE && !terminal_stop;
}

static bool patient(struct session *s, const char *doing)
{
	static uint64_t asked, began;
	uint64_t now = budget_clock_us();

	if (now < asked + ASK_US)
		return true;
	if (now > asked + 10 * ASK_US)
		began = now;
	asked = now;
	return now > began + PATIENT_US ? wanted_still(s, doing, now - began)
					: terminal_key(0) != KEY_ESCAPE && !terminal_stop;
}

/* The same for a filter's SQL; a key that comes before it takes long is not lost. */
static int filter_patient(void *ctx)
{
	static uint64_t asked;
	struct session *s = ctx;
	uint64_t now = budget_clock_us(), began = s->model.store->asking_us;

	if (now < began + PATIENT_US || now < asked + ASK_US)
		return 0;
	asked = now;
	return !wanted_still(s, "asking for events that the filter shows", now - began);
}

static bool resize(struct session *s)
{
	int lines, columns;

	terminal_size(&lines, &columns);
	return canvas_resize(&s->canvas, lines, columns);
}

/* Top line: the views' names. In the events view a row; elsewhere a click moves nothing. */
static void press(struct session *s, int y, int x)
{
	struct budget budget = budget_us(SLICE_US);
	int at = 1, row = y - 3;

	for (int i = 0; y == 0 && i < VIEW_HELP; i++) {
		int width = (int)strlen(view_row((unsigned)i)->name) + 4;

		if (x >= at && x < at + width)
			show_view(s, i);
		at += width;
	}
	if (s->view != VIEW_EVENTS || row < 0 || row >= event_rows(s))
		return;
	struct place old = s->cursor, place = s->top;

	for (int i = 0; i < row; i++) {
		if (rows_next(&s->rows, &place, 1, &budget) != FOUND)
			return;
	}
	move_to(s, place);
	if (!place_compare(old, place))
		s->detail = !s->detail;
}

static void mouse(struct session *s)
{
	int y, x;

	switch (terminal_mouse(&y, &x)) {
	case MOUSE_WHEEL_UP: act_rows(s, -WHEEL); break;
	case MOUSE_WHEEL_DOWN: act_rows(s, WHEEL); break;
	case MOUSE_PRESS: press(s, y, x); break;
	default: break;
	}
}

static void prompt_input(struct session *s, int key)
{
	switch (prompt_key(&s->prompt, key, command_complete)) {
	case PROMPT_DONE: prompt_done(s); break;
	case PROMPT_CANCELLED: s->prompt.kind = PROMPT_NONE; break;
	case PROMPT_GOES_ON: break;
	}
}

/* Escape stops what is under way, one thing after the other. */
static void escape(struct session *s)
{
	if (s->seek.active) {
		s->seek.active = false;
		say(s, "stopped looking");
	} else if (s->play.on) {
		s->play.on = false;
	} else if (s->view == VIEW_HELP) {
		show_view(s, s->behind_help);
	} else if (s->unfinished && s->rows.filtered) {
		act_unfilter(s, 0);
		say(s, "stopped looking; all events");
	} else {
		say(s, "q quits");
	}
}

static void take_key(struct session *s, int key)
{
	/* What the key before asked for comes first, if it does not take long */
	if (s->seek.active && key != KEY_ESCAPE)
		session_work(s, SLICE_US);
	s->message[0] = 0;
	s->answer = true;
	if (key == KEY_RESIZE)
		s->quit |= !resize(s);
	else if (key == KEY_MOUSE)
		mouse(s);
	else if (s->prompt.kind != PROMPT_NONE)
		prompt_input(s, key);
	else if (key == KEY_ESCAPE)
		escape(s);
	else if (!key_act(s, key))
		say(s, "that key does nothing here; ? lists the keys");
}

/* Until there is something new to show. */
static void wait_for_news(struct session *s)
{
	for (;;) {
		int key = terminal_key(s->unfinished ? 0 : session_wait_ms(s));
		uint64_t until = budget_clock_us() + SLICE_US;

		if (key != KEY_NONE) {
			/* Keys that came faster than pictures are taken together */
			for (; key != KEY_NONE && !s->quit; key = terminal_key(0)) {
				take_key(s, key);
				if (budget_clock_us() > until)
					break;
			}
			return;
		}
		if (terminal_stop || session_work(s, SLICE_US) || s->unfinished)
			return;
	}
}

int loop_run(struct session *s, bool colour)
{
	char last[VIEW_TEXT] = "";
	bool kept;

	if (!terminal_begin(colour))
		return EXIT_TROUBLE;
	s->patient = patient;
	s->model.store->stop = filter_patient;
	s->model.store->stop_ctx = s;
	s->hurry = true;
	complain_into(s->message, sizeof(s->message));
	s->quit = !resize(s);
	while (!s->quit && !terminal_stop) {
		show(s);
		wait_for_news(s);
	}
	if (s->model.trouble)
		snprintf(last, sizeof(last),
			 "the database could not be read to its end, or memory "
			 "is short");
	kept = session_keep(s);
	terminal_end();
	complain_into(NULL, 0);
	if (last[0])
		return fail("%s", last);
	if (!kept)
		complain("where you were was %s", s->book.why);
	return EXIT_OK;
}
