/* SPDX-License-Identifier: MIT */
/* fredviz print: one run, or two side by side, as text. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "commands.h"
#include "event/cells.h"
#include "event/titles.h"
#include "model/model.h"
#include "summary.h"
#include "talk/message.h"
#include "talk/options.h"
#include "talk/text.h"

#define LINE_BYTES    4096
#define WIDTH_DEFAULT 160
#define WIDTH_MIN     80

static const struct command_help help = {
	"print [options] [A [B]]",
	"Prints one run, or two side by side, aligned by what the events mean: step of the\n"
	"workload, then type and vector, then nesting. A blank stands opposite an event that\n"
	"the other run lacks. Without arguments: the newest two runs of one boot. A run is\n"
	"named by its number, or as `latest`, `latest-1`, ...\n"
	"\n"
	"  fredviz print 3 4 | less\n"
	"\n"
	"Columns: number, event (indented under what it interrupted), stack (T task, 1 to 4\n"
	"event stack = IST or level, c NMI copy), NMI state (# or block: blocked, reported by the\n"
	"CPU; : or shade: blocked, inferred; P: one is pending), interrupted place, marks.\n"
	"Between the runs: < or > only on that side, | they differ, blank: alike.",
};

struct printer {
	struct model model;
	struct cells_layout layout;
	bool ascii;
	int width;
};

static void print_heading(struct printer *p, size_t index)
{
	const struct model_step *step = &p->model.step[index];
	char text[RUN_TEXT + 64], safe[RUN_TEXT + 64];
	const char *dash = p->ascii ? "-" : "─";

	if (step->text && (step->value || step->text[0]))
		snprintf(text, sizeof(text), " step %" PRIu64 ": %s ", step->value, step->text);
	else
		snprintf(text, sizeof(text), " before the first step ");
	if (p->ascii)
		text_clean_ascii(safe, sizeof(safe), text, sizeof(text));
	else
		text_clean(safe, sizeof(safe), text, sizeof(text));
	printf("%s%s%s", dash, dash, safe);
	for (int at = 2 + text_width(safe); at < p->width; at++)
		fputs(dash, stdout);
	putchar('\n');
}

static void fill_side(struct printer *p, int side, uint64_t n, struct cells *cells)
{
	const struct event *e = model_event(&p->model, side, n);

	cells_fill(cells, &p->layout, e, model_symbol(&p->model, side, e));
}

static char separator(unsigned differences)
{
	return differences & DIFFERS_ONLY_A    ? '<'
	       : differences & DIFFERS_ONLY_B  ? '>'
	       : differences & DIFFERS_MATTERS ? '|'
					       : ' ';
}

static void print_cells(struct printer *p, const struct cells *a, const struct cells *b, char mid)
{
	char line[2 * LINE_BYTES], *end;
	size_t used = cells_join(line, LINE_BYTES, a, &p->layout);

	if (b) {
		used += (size_t)snprintf(line + used, sizeof(line) - used, " %c ", mid);
		cells_join(line + used, LINE_BYTES, b, &p->layout);
	}
	for (end = line + strlen(line); end > line && end[-1] == ' ';)
		*--end = 0;
	puts(line);
}

static void print_row(struct printer *p, struct place place)
{
	struct cells a, b;
	uint64_t n[2];

	if (place_is_heading(place)) {
		/* A run without anything before its first step shows no such step. */
		if (place.step || model_parts(&p->model, 0) > 1)
			print_heading(p, place.step);
		return;
	}
	model_numbers(&p->model, place, n);
	fill_side(p, 0, n[0], &a);
	if (p->model.sides == 2)
		fill_side(p, 1, n[1], &b);
	print_cells(p, &a, p->model.sides == 2 ? &b : NULL,
		    separator(model_differences(&p->model, place)));
}

static void print_top(struct printer *p)
{
	struct cells heading;
	char title[2 * RUN_TEXT + 64], left[LINE_BYTES];
	int pane = p->model.sides == 2 ? (p->width - 3) / 2 : p->width;

	for (int side = 0; side < p->model.sides; side++) {
		run_title(&p->model.side[side].run, title, sizeof(title));
		text_fit(left, sizeof(left), title, pane);
		printf("%s%s", side ? "   " : "", left);
	}
	putchar('\n');
	cells_heading(&heading, &p->layout);
	print_cells(p, &heading, p->model.sides == 2 ? &heading : NULL, ' ');
}

static struct place first_place(struct printer *p, uint64_t last)
{
	struct place place = {0, 0, 0};

	if (!last)
		return place;
	place = model_end(&p->model);
	model_move(&p->model, &place, last > INT64_MAX ? -INT64_MAX : 1 - (int64_t)last);
	return place;
}

static int print_runs(struct printer *p, uint64_t last)
{
	int pane = p->model.sides == 2 ? (p->width - 3) / 2 : p->width;
	struct place place = first_place(p, last);

	cells_layout(&p->layout, pane, p->ascii);
	print_top(p);
	do
		print_row(p, place);
	while (model_next(&p->model, &place) && !ferror(stdout));
	summary_print(&p->model);
	if (p->model.trouble)
		return fail("the database could not be read to its end, or memory is short");
	if (fflush(stdout) || ferror(stdout))
		return fail("print: the output could not be written");
	return EXIT_OK;
}

static int terminal_width(void)
{
	struct winsize size;

	if (isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col < WIDTH_MIN ? WIDTH_MIN : size.ws_col;
	return WIDTH_DEFAULT;
}

int cmd_print(int argc, char **argv)
{
	const char *path = DEFAULT_DB, *run_word = NULL;
	uint64_t width = 0, last = 0;
	bool ascii = false;
	const struct option_row rows[] = {
		{"db", "FILE", "run database (default " DEFAULT_DB ")", &path, 0, 0},
		{"run", "RUN", "one run: a number, latest, latest-1", &run_word, 0, 0},
		{"width", "N", "columns (default: the terminal's, else 160)", 0, &width, 0},
		{"last", "N", "only the last N rows", 0, &last, 0},
		{"ascii", 0, "ASCII characters only", 0, 0, &ascii},
		{0, 0, 0, 0, 0, 0},
	};
	int left = options_read(argc, argv, rows, &help);
	struct printer p = {0};
	struct store store;
	struct run runs[2];
	char *words[2] = {(char *)run_word};

	if (left < 0)
		return left == OPTIONS_HELP ? EXIT_OK : EXIT_TROUBLE;
	if (width && (width < WIDTH_MIN || width > 1000))
		return fail("--width: between %d and 1000", WIDTH_MIN);
	if (run_word && left)
		return fail("name the runs, or use --run, not both");
	p.width = width ? (int)width : terminal_width();
	p.ascii = ascii || !text_utf8();
	if (!store_open(&store, path) || !store_hold(&store, true))
		return EXIT_TROUBLE;
	int count = run_word ? store_pick(&store, words, 1, runs)
			     : store_pick(&store, argv + 1, left, runs);
	int status = EXIT_TROUBLE;

	if (count && model_open(&p.model, &store, runs, count)) {
		status = print_runs(&p, last);
		model_close(&p.model);
	}
	store_close(&store);
	return status;
}
