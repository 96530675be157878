/* SPDX-License-Identifier: MIT */
/* What is under way between two keys, in slices: searching, playing, counting, following. */
#include "work.h"

#include "move.h"
#include "play.h"
#include "screen.h"

#define SHOW_EVERY_US 100000 /* how often counts that fill in later are drawn */
#define TICK_MS	      200    /* how soon a signal is seen */

static bool filling(const struct session *s)
{
	const struct match *m = s->rows.match;

	return s->rows.filtered && (m[0].filled < m[0].blocks || m[1].filled < m[1].blocks);
}

static bool seek_work(struct session *s, const struct budget *budget)
{
	enum seek_kind kind = s->seek.kind;
	enum found found = seek_slice(&s->seek, &s->rows, budget);

	if (found == FOUND)
		move_to(s, s->seek.at);
	else if (found == FOUND_NONE)
		say(s, "no %s %s this row", seek_aim(kind),
		    s->seek.direction > 0 ? "after" : "before");
	return found != FOUND_LATER || budget_clock_us() % (2 * SHOW_EVERY_US) < SHOW_EVERY_US;
}

static bool fill_work(struct session *s, const struct budget *budget)
{
	uint64_t now;
	bool done = match_fill(&s->rows.match[0], budget) && match_fill(&s->rows.match[1], budget);

	now = budget_clock_us();
	if (!done && now < s->shown_us + SHOW_EVERY_US)
		return false;
	s->shown_us = now;
	return true;
}

bool session_work(struct session *s, uint64_t slice_us)
{
	struct budget budget = budget_us(slice_us);
	bool draw = live_work(s);

	if (s->seek.active)
		draw |= seek_work(s, &budget);
	draw |= play_work(s);
	if (!s->seek.active && filling(s))
		draw |= fill_work(s, &budget);
	return draw;
}

int session_wait_ms(const struct session *s)
{
	uint64_t now = budget_clock_us(), until = now + TICK_MS * 1000;

	if (s->seek.active || filling(s))
		return 0;
	if (s->play.on && s->play.due_us < until)
		until = s->play.due_us;
	if (s->live.on && s->live.due_us < until)
		until = s->live.due_us;
	return until > now ? (int)((until - now + 999) / 1000) : 0;
}
