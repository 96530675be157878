/* SPDX-License-Identifier: MIT */
#include "status.h"

#include <inttypes.h>
#include <stdio.h>

#include "play.h"

#define SHOW_AFTER_US 500000 /* work that takes longer tells how far it is */

void status_place(struct session *s, char *to, size_t size)
{
	uint64_t n[2];
	size_t used = 0;

	model_moment(&s->model, s->cursor, n);
	for (int side = 0; side < s->model.sides && used < size; side++)
		used += (size_t)snprintf(to + used, size - used, "%s%" PRIu64 "/%" PRIu64,
					 side ? " | " : "", n[side], s->model.side[side].last);
}

static void hints(const struct session *s, char *to, size_t size)
{
	static const char *const lines[VIEWS] = {
		[VIEW_EVENTS] =
			"j k move  ] [ difference  / find  Space play  Enter frames  ? help",
		[VIEW_STACKS] = "j k move  s S switch of stack  c C clobber  Space play  ? help",
		[VIEW_TIME] = "j k move  + - zoom  0 all  w W NMIs blocked  Space play  ? help",
		[VIEW_FRAME] = "j k event  Enter word  ] [ difference  ? help",
		[VIEW_SUMMARY] = "j k scroll  Tab next view  ? help",
		[VIEW_EXPLAIN] = "j k event  ] [ difference  ? help",
		[VIEW_SQL] = "; asks  j k row  h l column  Enter goes to its event  ? help",
		[VIEW_HELP] = "j k Space scroll  ? or q goes back",
	};

	snprintf(to, size, "%s", lines[s->view]);
}

void status_left(struct session *s, char *to, size_t size)
{
	unsigned differences = model_differences(&s->model, s->cursor);
	char words[VIEW_TEXT];

	if (s->seek.active && budget_clock_us() > s->seek.started_us + SHOW_AFTER_US)
		snprintf(to, size, "looking for the next %s: %.0f %%  (Esc stops)",
			 seek_aim(s->seek.kind), 100 * seek_progress(&s->seek, &s->model));
	else if (s->unfinished && s->rows.filtered)
		snprintf(to, size, "looking for events that the filter shows: %.0f %%  (Esc stops)",
			 100 * (double)s->rows.match[0].filled /
				 (double)(s->rows.match[0].blocks + !s->rows.match[0].blocks));
	else if (s->message[0])
		snprintf(to, size, "%s", s->message);
	else if (s->view != VIEW_SQL && s->view != VIEW_HELP && differences)
		snprintf(to, size, "differs: %s",
			 difference_text(differences, words, sizeof(words)));
	else
		hints(s, to, size);
}

/* Counts of a filter are exact when every block was looked at; until then there is a +. */
static size_t filter_count(const struct session *s, char *to, size_t size)
{
	size_t used = (size_t)snprintf(to, size, "filter");

	for (int side = 0; side < s->model.sides && used < size; side++) {
		const struct match *m = &s->rows.match[side];

		used += (size_t)snprintf(to + used, size - used, "%s%" PRIu64 "%s",
					 side ? "|" : " ", m->count,
					 m->filled < m->blocks ? "+" : "");
	}
	return used;
}

void status_right(struct session *s, char *to, size_t size)
{
	size_t used = 0;

	to[0] = 0;
	if (s->rows.filtered)
		used += filter_count(s, to, size);
	if (s->rows.deepest && used < size)
		used += (size_t)snprintf(to + used, size - used, "  outermost");
	if (s->play.on && used < size)
		used += (size_t)snprintf(to + used, size - used, "  %s %u/s until %s",
					 s->play.direction > 0 ? ">" : "<", play_speed(s),
					 seek_name((enum seek_kind)s->play.until));
	if (s->live.on && used < size)
		snprintf(to + used, size - used, "  live, quiet %" PRIu64 " s",
			 (budget_clock_us() - s->live.grew_us) / 1000000);
}
