/* SPDX-License-Identifier: MIT */
/* The command line behind ':', '/' and ';': a table of commands. complete.c completes them. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act.h"
#include "command.h"
#include "keys.h"
#include "move.h"
#include "screen.h"

#define WORDS_MOST 3

static void do_goto(struct session *s, const char *words)
{
	char *end;
	uint64_t n = strtoull(words, &end, 0);
	int side = strstr(end, "b") && s->model.sides == 2;

	if (end == words || !n)
		say(s, "goto needs an event's number; `goto 12 b` means run B's");
	else
		move_to_event(s, side, n);
}

static void do_step(struct session *s, const char *words)
{
	uint64_t value = strtoull(words, NULL, 0);

	for (size_t i = 0; i < s->model.steps; i++) {
		if (s->model.step[i].value == value && s->model.step[i].text) {
			move_to(s, (struct place){i, 0, 0});
			return;
		}
	}
	say(s, "no step %" PRIu64, value);
}

static void do_filter(struct session *s, const char *words)
{
	struct filter filter = s->rows.filter;
	char why[VIEW_TEXT];

	if (!filter_parse(&filter, words, why, sizeof(why)) ||
	    !rows_filter(&s->rows, &filter, why, sizeof(why)))
		say(s, "%s", why);
	else
		tell_filter(s);
}

static void do_bookmark(struct session *s, const char *words)
{
	uint64_t n[2];

	model_numbers(&s->model, s->cursor, n);
	int side = n[0] ? 0 : 1;

	if (!n[side])
		say(s, "a bookmark is set on an event; this is a step's heading");
	else if (!notebook_mark(&s->book, s->model.side[side].run.id, n[side], words))
		say(s, "%s", s->book.why);
}

static bool go_on(void *ctx)
{
	struct session *s = ctx;

	return !s->patient || s->patient(s, "asking the database");
}

static void do_sql(struct session *s, const char *sql)
{
	struct query_names names = {.a = s->model.side[0].run.id};
	uint64_t n[2];

	model_numbers(&s->model, s->cursor, n);
	names.b = s->model.sides == 2 ? s->model.side[1].run.id : names.a;
	names.n = n[0] ? n[0] : n[1];
	if (query_run(&s->query, s->path, sql, &names, go_on, s))
		say(s, "%zu rows%s, %.0f ms", s->query.rows, s->query.cut ? " and more" : "",
		    (double)s->query.us / 1000);
	else
		say(s, "SQL: %s", s->query.error);
	show_view(s, VIEW_SQL);
}

static void do_bookmarks(struct session *s, const char *words)
{
	(void)words;
	do_sql(s, QUERY_MARKS);
}

static void do_list(struct session *s, const char *words)
{
	(void)words;
	do_sql(s, QUERY_RUNS);
}

static void do_runs(struct session *s, const char *words)
{
	char copy[PROMPT_BYTES], *rest = NULL, *word[WORDS_MOST];
	struct run runs[2];
	int count = 0;

	snprintf(copy, sizeof(copy), "%s", words);
	for (char *w = strtok_r(copy, " ", &rest); w && count < WORDS_MOST;
	     w = strtok_r(NULL, " ", &rest))
		word[count++] = w;
	count = store_pick(s->model.store, word, count, runs);
	if (count)
		session_runs(s, runs, count);
}

static void do_view(struct session *s, const char *words)
{
	int view = view_of(words);

	if (view < 0)
		say(s,
		    "no view '%s'; there are events, stacks, time, frame, summary, explain, "
		    "result, help",
		    words);
	else
		show_view(s, view);
}

static void do_until(struct session *s, const char *words)
{
	for (unsigned kind = 0; kind <= SEEK_KINDS; kind++) {
		if (!strcmp(words, seek_name((enum seek_kind)kind))) {
			s->play.until = kind;
			return;
		}
	}
	say(s, "until what? difference, clobber, nmi, switch, mark, match, end");
}

static void do_find(struct session *s, const char *words)
{
	char why[VIEW_TEXT];

	if (!seek_search(&s->seek, &s->model, words, why, sizeof(why)))
		say(s, "%s", why);
	else
		act_search(s, 1);
}

/* What is on the screen, into a file that does not exist yet. */
static void do_print(struct session *s, const char *words)
{
	FILE *to = fopen(words, "wxe");

	if (!to) {
		say(s, "%s: %s", words[0] ? words : "print needs a file's name", strerror(errno));
		return;
	}
	canvas_write(&s->canvas, to, false);
	if (fclose(to))
		say(s, "%s: %s", words, strerror(errno));
	else
		say(s, "this screen is in %s", words);
}

static void do_help(struct session *s, const char *words)
{
	(void)words;
	show_view(s, VIEW_HELP);
}

static const struct command_row commands[] = {
	{"goto", "N [b]", "to event N of run A, or B", do_goto},
	{"step", "N", "to step N of the workload", do_step},
	{"find", "TEXT", "the same as /TEXT", do_find},
	{"filter", "FIELD=VALUE", "only events that are so, too; fields below", do_filter},
	{"mark", "NAME", "a bookmark with a name", do_bookmark},
	{"marks", "", "all bookmarks; Enter goes there", do_bookmarks},
	{"sql", "QUERY", "the same as ;QUERY", do_sql},
	{"view", "NAME", "another view", do_view},
	{"until", "WHAT", "where playing stops", do_until},
	{"runs", "A [B]", "other runs", do_runs},
	{"list", "", "the runs of the database", do_list},
	{"print", "FILE", "this screen into a file", do_print},
	{"help", "", "keys and commands", do_help},
};

#define COUNT (sizeof(commands) / sizeof(commands[0]))

const struct command_row *command_row(unsigned index)
{
	return index < COUNT ? &commands[index] : NULL;
}

void command_run(struct session *s, const char *line)
{
	char name[64];
	size_t length;
	const struct key_row *key;

	line += strspn(line, " ");
	length = strcspn(line, " ");
	if (line[0] >= '0' && line[0] <= '9') {
		do_goto(s, line);
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)length, line);
	line += length + strspn(line + length, " ");
	for (size_t i = 0; i < COUNT; i++) {
		if (!strcmp(commands[i].name, name)) {
			commands[i].run(s, line);
			return;
		}
	}
	key = key_named(name);
	if (key)
		key->act(s, key->argument);
	else if (name[0])
		say(s, "no command '%s'; Tab shows what there is", name);
}

void prompt_done(struct session *s)
{
	enum prompt_kind kind = s->prompt.kind;
	char line[PROMPT_BYTES];

	memcpy(line, s->prompt.text, sizeof(line));
	history_add(&s->prompt.history[kind], line, true);
	s->prompt.kind = PROMPT_NONE;
	if (kind == PROMPT_SEARCH && line[0])
		do_find(s, line);
	else if (kind == PROMPT_COMMAND)
		command_run(s, line);
	else if (kind == PROMPT_SQL && line[0])
		do_sql(s, line);
}
