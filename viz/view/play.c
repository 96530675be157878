/* SPDX-License-Identifier: MIT */
/* Playing the run like film, and following one that is still recorded. */
#include <stdio.h>

#include "act.h"
#include "move.h"
#include "play.h"
#include "screen.h"

#define LIVE_EVERY_US 200000
#define FILM_US	      20000 /* at most 50 pictures per second; beyond, more rows per picture */
#define STEP_US	      8000

static const unsigned speeds[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};

#define SPEEDS (sizeof(speeds) / sizeof(speeds[0]))

unsigned play_speed(const struct session *s)
{
	return speeds[s->play.speed < SPEEDS ? s->play.speed : SPEEDS - 1];
}

static uint64_t picture_us(const struct session *s)
{
	uint64_t us = 1000000 / play_speed(s);

	return us < FILM_US ? FILM_US : us;
}

void act_play(struct session *s, int direction)
{
	if (s->view == VIEW_HELP) { /* a page of text, as in less */
		act_half(s, 2 * direction);
		return;
	}
	s->play.on = !s->play.on;
	s->play.direction = direction;
	s->play.due_us = budget_clock_us() + picture_us(s);
}

void act_speed(struct session *s, int change)
{
	unsigned speed = s->play.speed + (unsigned)change;

	if (speed < SPEEDS)
		s->play.speed = speed;
	say(s, "%u events a second", play_speed(s));
}

void act_until(struct session *s, int change)
{
	s->play.until = (s->play.until + (unsigned)change) % (SEEK_KINDS + 1);
	say(s, "Space plays until the next %s", seek_aim((enum seek_kind)s->play.until));
}

static void hold(struct session *s, const char *where)
{
	s->play.on = false;
	say(s, "held at the %s", where);
}

/* One picture: as many rows as the speed wants. */
bool play_work(struct session *s)
{
	uint64_t now = budget_clock_us();
	unsigned rows = (unsigned)(play_speed(s) * picture_us(s) / 1000000);
	struct budget budget = budget_us(STEP_US);

	if (!s->play.on || now < s->play.due_us)
		return false;
	s->play.due_us = now + picture_us(s);
	for (unsigned i = 0; i < (rows ? rows : 1) && s->play.on; i++) {
		enum found found = rows_next(&s->rows, &s->cursor, s->play.direction, &budget);

		if (found == FOUND_LATER)
			break;
		if (found == FOUND_NONE && s->live.on)
			break; /* more may come */
		if (found == FOUND_NONE)
			hold(s, s->play.direction > 0 ? "end" : "beginning");
		else if (s->play.until < SEEK_KINDS &&
			 seek_test(&s->seek, &s->model, (enum seek_kind)s->play.until, s->cursor))
			hold(s, seek_aim((enum seek_kind)s->play.until));
	}
	return true;
}

/* ---- live ------------------------------------------------------------------ */

void act_live(struct session *s, int unused)
{
	struct run runs[2];
	int count;

	(void)unused;
	s->live.on = !s->live.on;
	s->live.due_us = s->live.grew_us = budget_clock_us();
	s->live.version = store_version(s->model.store);
	if ((count = store_newest(s->model.store, runs)))
		s->live.last = runs[count - 1].id;
	say(s,
	    s->live.on ? "live: what is recorded appears; G stays at the end" : "no longer live");
}

/* A kernel's second run has begun: with its first one, where the user has named none. */
static bool newer_run(struct session *s)
{
	bool at_end = !place_compare(s->cursor, model_end(&s->model));
	struct run runs[2];
	int count = store_newest(s->model.store, runs);

	if (!count || runs[count - 1].id <= s->live.last)
		return false;
	s->live.last = runs[count - 1].id;
	if (s->live.newest && session_runs(s, runs, count) && at_end)
		move_end(s, 1);
	say(s, s->live.newest ? "run %lld has begun" : "run %lld has begun; :runs shows it",
	    (long long)runs[count - 1].id);
	return true;
}

/* True if the runs on the screen have grown. */
bool live_work(struct session *s)
{
	uint64_t now = budget_clock_us();
	int64_t version;

	if (!s->live.on || now < s->live.due_us)
		return false;
	s->live.due_us = now + LIVE_EVERY_US;
	version = store_version(s->model.store);
	if (version == s->live.version)
		return true; /* the status line tells how long it has been quiet */
	s->live.version = version;
	bool grew = session_refresh(s), newer = newer_run(s);

	if (grew || newer)
		s->live.grew_us = now;
	return true;
}
