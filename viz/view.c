/* SPDX-License-Identifier: MIT */
/* fredviz view: the keys, and what they do to the cursor. */
#include "view.h"

#include <curses.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fredviz.h"
#include "options.h"
#include "pick.h"
#include "text.h"

#define TICK_MS	     200 /* how soon a signal is seen */
#define SEARCH_BYTES 256

static const struct command_help help = {
	"view [options] [A [B]]",
	"Shows one run, or two side by side, aligned by what the events mean, with the frames\n"
	"of the event under the cursor decoded. Without arguments: the newest two runs of one\n"
	"boot. ? in it lists the keys. Needs a terminal of 80x24; `fredviz print` needs none.\n"
	"NO_COLOR and --ascii are honoured.\n"
	"\n"
	"  fredviz view 3 4",
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

int view_rows(const struct view *v)
{
	return v->lines - VIEW_HEAD - 1 - (v->detail ? VIEW_DETAIL : 0);
}

static bool step_place(struct view *v, struct place *place, int direction)
{
	return direction > 0 ? model_next(&v->model, place) : model_previous(&v->model, place);
}

/* Scroll so that the cursor is on the screen; a far jump puts it in the middle. */
static void follow_cursor(struct view *v)
{
	struct place place = v->top;
	int rows = view_rows(v);

	if (place_compare(v->cursor, v->top) >= 0)
		for (int i = 0; i < rows; i++) {
			if (!place_compare(place, v->cursor))
				return;
			if (!model_next(&v->model, &place))
				break;
		}
	/* One beyond an edge scrolls by one */
	if (!place_compare(place, v->cursor)) {
		model_next(&v->model, &v->top);
		return;
	}
	place = v->cursor;
	if (model_next(&v->model, &place) && !place_compare(place, v->top)) {
		v->top = v->cursor;
		return;
	}
	v->top = v->cursor;
	for (int i = 0; i < rows / 2; i++)
		if (!model_previous(&v->model, &v->top))
			break;
}

static void move_by(struct view *v, int rows)
{
	for (int i = abs(rows); i > 0; i--)
		if (!step_place(v, &v->cursor, rows))
			break;
}

/* The next place in that direction that the test likes; the cursor stays when there is none. */
static void seek(struct view *v, int direction, bool (*likes)(struct view *, struct place),
		 const char *none)
{
	struct place place = v->cursor;

	while (step_place(v, &place, direction)) {
		if (likes(v, place)) {
			v->cursor = place;
			return;
		}
	}
	snprintf(v->message, sizeof(v->message), "%s", none);
}

static bool is_step(struct view *v, struct place place)
{
	(void)v;
	return place_is_heading(place);
}

static bool is_difference(struct view *v, struct place place)
{
	return model_differences(&v->model, place) & DIFFERS_MATTERS;
}

static bool is_found(struct view *v, struct place place)
{
	char name[NAME_MAX_BYTES], where[SEARCH_BYTES];
	uint64_t n[2];

	if (place_is_heading(place))
		return v->model.step[place.step].text &&
		       strstr(v->model.step[place.step].text, v->search);
	model_numbers(&v->model, place, n);
	for (int side = 0; side < v->model.sides; side++) {
		const struct event *e = model_event(&v->model, side, n[side]);

		if (!e)
			continue;
		name_event(frame_type(e->frame), frame_vector(e->frame), name);
		cells_where(e, model_symbol(&v->model, side, e), where, sizeof(where));
		if (strstr(name, v->search) || strstr(where, v->search))
			return true;
	}
	return false;
}

static void search(struct view *v, int direction)
{
	if (v->search[0])
		seek(v, direction, is_found, "not found; / searches for something else");
	else
		snprintf(v->message, sizeof(v->message), "/ asks what to search for");
}

/* False: the key ends the view. */
static bool on_key(struct view *v, int key)
{
	int page = view_rows(v) > 1 ? view_rows(v) - 1 : 1;

	switch (key) {
	case 'q': return false;
	case '?': v->help = true; break;
	case 'j':
	case KEY_DOWN: move_by(v, 1); break;
	case 'k':
	case KEY_UP: move_by(v, -1); break;
	case 'd':
	case ' ':
	case KEY_NPAGE: move_by(v, page); break;
	case 'u':
	case 'b':
	case KEY_PPAGE: move_by(v, -page); break;
	case 'g':
	case KEY_HOME: v->cursor = (struct place){0, 0, 0}; break;
	case 'G':
	case KEY_END: v->cursor = model_end(&v->model); break;
	case '}': seek(v, 1, is_step, "this is the last step"); break;
	case '{': seek(v, -1, is_step, "this is the first step"); break;
	case ']': seek(v, 1, is_difference, "no difference behind this row"); break;
	case '[': seek(v, -1, is_difference, "no difference before this row"); break;
	case 'n': search(v, 1); break;
	case 'N': search(v, -1); break;
	case '\t':
	case '\n':
	case KEY_ENTER: v->detail = !v->detail; break;
	case '/':
		if (view_ask(v, " search: ", v->search, sizeof(v->search)))
			search(v, 1);
		break;
	}
	return true;
}

static void on_mouse(struct view *v)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return;
	if (event.bstate & BUTTON4_PRESSED) {
		move_by(v, -3);
	} else if (event.bstate & BUTTON5_PRESSED) {
		move_by(v, 3);
	} else if (event.y >= VIEW_HEAD && event.y < VIEW_HEAD + view_rows(v)) {
		v->cursor = v->top;
		move_by(v, event.y - VIEW_HEAD);
	}
}

static void run(struct view *v)
{
	while (!stop) {
		getmaxyx(stdscr, v->lines, v->columns);
		follow_cursor(v);
		view_draw(v);
		timeout(TICK_MS);
		int key = getch();

		while (key == ERR && !stop)
			key = getch();
		v->message[0] = 0;
		if (v->help && key != KEY_RESIZE)
			v->help = false;
		else if (key == KEY_MOUSE)
			on_mouse(v);
		else if (!on_key(v, key))
			return;
	}
}

static void colours(struct view *v)
{
	const char *no = getenv("NO_COLOR");

	v->colour = (!no || !*no) && has_colors() && start_color() == OK;
	if (!v->colour)
		return;
	use_default_colors();
	/* Told apart by eyes that mix up red and green, too */
	init_pair(1, COLOR_CYAN, -1);
	init_pair(2, COLOR_YELLOW, -1);
	init_pair(3, COLOR_MAGENTA, -1);
}

static int show(struct view *v)
{
	struct sigaction act = {.sa_handler = on_signal};

	if (!newterm(NULL, stdout, stdin))
		return fail("this terminal (TERM=%s) is not known; use `fredviz print`",
			    getenv("TERM") ? getenv("TERM") : "");
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	cbreak();
	noecho();
	curs_set(0);
	keypad(stdscr, TRUE);
	set_escdelay(25);
	mousemask(BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	colours(v);
	run(v);
	endwin();
	return v->model.trouble ? fail("the database could not be read, or memory is short")
				: EXIT_OK;
}

int cmd_view(int argc, char **argv)
{
	const char *path = DEFAULT_DB;
	bool ascii = false;
	const struct option_row rows[] = {
		{"db", "FILE", "run database (default " DEFAULT_DB ")", &path, 0, 0},
		{"ascii", 0, "ASCII characters only", 0, 0, &ascii},
		{0, 0, 0, 0, 0, 0},
	};
	int left = options_read(argc, argv, rows, &help), status = EXIT_TROUBLE, count;
	struct view v = {.detail = true};
	struct store store;
	struct run runs[2];

	if (left < 0)
		return left == OPTIONS_HELP ? EXIT_OK : EXIT_TROUBLE;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return fail("view needs a terminal; `fredviz print` writes the same as text");
	v.ascii = ascii || !pick_utf8();
	if (!store_open(&store, path))
		return EXIT_TROUBLE;
	count = pick_runs(&store, argv + 1, left, runs);
	if (count && model_open(&v.model, &store, runs, count)) {
		status = show(&v);
		model_close(&v.model);
	}
	store_close(&store);
	return status;
}
