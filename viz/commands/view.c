/* SPDX-License-Identifier: MIT */
/* fredviz view: one run, or two side by side, on a terminal; or one picture as text. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "talk/message.h"
#include "talk/options.h"
#include "talk/text.h"
#include "view/command.h"
#include "view/keys.h"
#include "view/loop.h"
#include "view/move.h"
#include "view/picture.h"
#include "view/play.h"
#include "view/screen.h"
#include "view/work.h"

#define PRINT_COLUMNS 120
#define PRINT_LINES   40
#define SLICE_US      1000000

static const struct command_help help = {
	"view [options] [A [B]]",
	"Shows one run, or two side by side, aligned by what the events mean: as a tree of\n"
	"events, as stacks in memory, along time, frame by frame, in numbers, in words.\n"
	"Without arguments: the newest two runs of one boot. ? in it lists the keys. Where\n"
	"you were is remembered. NO_COLOR and --ascii are honoured; 80x24 is enough.\n"
	"\n"
	"  fredviz view                        the newest two runs\n"
	"  fredviz view --live                 the same while `fredviz record` still writes\n"
	"  fredviz view --at 123 --print frame 3 4    one picture as text, no terminal needed\n"
	"  fredviz view --do next-clobber --print stacks\n"
	"\n"
	"Views: events, stacks, time, frame, summary, explain, result, help, all.",
};

struct wishes {
	const char *path, *view, *command, *filter;
	const char *at; /* an event's number, or "last" */
	uint64_t columns, lines;
	bool ascii, ansi, live, keys, newest; /* newest: no run is named */
};

static bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR");

	return !no || !*no;
}

static void finish_work(struct session *s)
{
	do
		session_work(s, SLICE_US);
	while (s->seek.active || !session_wait_ms(s));
}

static bool begin_at(struct session *s, const char *at)
{
	char *end;
	uint64_t n = strtoull(at, &end, 10);

	if (!strcmp(at, "last"))
		n = s->model.side[0].run.events;
	else if (end == at || *end || *at == '-')
		return fail("--at: an event's number, or last, and not '%s'", at), false;
	if (n)
		move_to_event(s, 0, n);
	return true;
}

/* What --at, --filter and --do ask for: before the first picture. */
static bool obey(struct session *s, const struct wishes *w)
{
	char line[PROMPT_BYTES + 16];

	if (w->at && !begin_at(s, w->at))
		return false;
	if (w->filter) {
		snprintf(line, sizeof(line), "filter %s", w->filter);
		command_run(s, line);
		if (!s->rows.filtered)
			return fail("--filter: %s", s->message), false;
	}
	if (w->command) {
		command_run(s, w->command);
		if (w->view)
			finish_work(s);
	}
	s->live.newest = w->newest;
	if (w->live)
		act_live(s, 0);
	return true;
}

static void print_one(struct session *s, enum view_id view, bool colour)
{
	s->view = view;
	do {
		finish_work(s);
		picture(s);
	} while (s->unfinished);
	canvas_write(&s->canvas, stdout, colour);
}

static int print_view(struct session *s, const struct wishes *w)
{
	int view = view_of(w->view);
	bool all = !strcmp(w->view, "all");

	if (view < 0 && !all)
		return fail(
			"--print: no view '%s'; there are events, stacks, time, frame, summary, "
			"explain, result, help, all",
			w->view);
	if (!canvas_resize(&s->canvas, (int)(w->lines ? w->lines : PRINT_LINES),
			   (int)(w->columns ? w->columns : PRINT_COLUMNS)))
		return fail("out of memory");
	for (unsigned i = 0; i < VIEW_SQL && all; i++)
		print_one(s, (enum view_id)i, w->ansi);
	if (!all)
		print_one(s, (enum view_id)view, w->ansi);
	if (w->filter && !s->rows.filtered)
		return fail("--filter: %s", s->message);
	return s->model.trouble ? fail("the database could not be read, or memory is short")
				: EXIT_OK;
}

static int view(const struct wishes *w, struct store *store, const struct run *runs, int count)
{
	struct session *s = calloc(1, sizeof(*s));
	int status = EXIT_TROUBLE;

	if (!s)
		return fail("out of memory");
	/* With a place to begin at, do not go on where the last session was */
	bool resume = !w->view && !w->at && !w->filter && !w->command;

	if (session_begin(s, store, w->path, runs, count, resume)) {
		s->canvas.ascii = w->ascii;
		if (obey(s, w))
			status = w->view ? print_view(s, w) : loop_run(s, wants_colour());
		session_end(s);
	}
	free(s);
	return status;
}

/* The recorder of a kernel that is still to start has made the database, and no run. */
static void await_a_run(struct store *store)
{
	const struct timespec pause = {.tv_nsec = 200000000};
	struct run *runs;
	int count = 0;

	for (bool told = false; !(count = store_runs(store, &runs)); told = true) {
		free(runs);
		if (!told)
			fprintf(stderr,
				"fredviz: no run yet, waiting for the first (Ctrl-C ends)\n");
		nanosleep(&pause, NULL);
	}
	if (count > 0)
		free(runs);
}

int cmd_view(int argc, char **argv)
{
	struct wishes w = {.path = DEFAULT_DB};
	const struct option_row rows[] = {
		{"db", "FILE", "run database (default " DEFAULT_DB ")", &w.path, 0, 0},
		{"print", "VIEW", "print this view as text, and exit", &w.view, 0, 0},
		{"ansi", 0, "with --print: in colour, for an ANSI terminal", 0, 0, &w.ansi},
		{"width", "N", "with --print: columns (default 120)", 0, &w.columns, 0},
		{"height", "N", "with --print: lines (default 40)", 0, &w.lines, 0},
		{"at", "N", "begin at event N of run A, or at the last", &w.at, 0, 0},
		{"filter", "WORDS", "begin with this filter, as in :filter", &w.filter, 0, 0},
		{"do", "COMMAND", "begin with this command, as after :", &w.command, 0, 0},
		{"live", 0, "follow runs that are still recorded", 0, 0, &w.live},
		{"ascii", 0, "ASCII characters only", 0, 0, &w.ascii},
		{"keys", 0, "the keys as a Markdown table, and exit", 0, 0, &w.keys},
		{0, 0, 0, 0, 0, 0},
	};
	int left = options_read(argc, argv, rows, &help), status = EXIT_TROUBLE;
	struct store store;
	struct run runs[2];

	if (left < 0)
		return left == OPTIONS_HELP ? EXIT_OK : EXIT_TROUBLE;
	if (w.keys) {
		key_list(stdout);
		return EXIT_OK;
	}
	if (w.columns > CANVAS_MOST || w.lines > CANVAS_MOST)
		return fail("--width and --height: at most %d", CANVAS_MOST);
	if (!w.view && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
		return fail(
			"view needs a terminal; `fredviz print` and `fredviz view --print VIEW` "
			"need none");
	w.ascii |= !text_utf8();
	if (!store_open(&store, w.path))
		return EXIT_TROUBLE;
	w.newest = !left;
	if (w.live && !w.view)
		await_a_run(&store);
	int count = store_pick(&store, argv + 1, left, runs);

	if (count)
		status = view(&w, &store, runs, count);
	store_close(&store);
	return status;
}
