/* SPDX-License-Identifier: MIT */
/* Draws the screen: two panes of events, the frames under the cursor, a status line. */
#include <curses.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "names.h"
#include "pick.h"
#include "text.h"
#include "view.h"

#define LINE_BYTES 4096

/* Colour pairs; without colours the attributes beside them tell the same */
enum pair { PAIR_NONE, PAIR_STEP, PAIR_DIFFERENT, PAIR_HARM };

static attr_t look(const struct view *v, enum pair pair, attr_t otherwise)
{
	return v->colour ? (attr_t)COLOR_PAIR(pair) | otherwise : otherwise;
}

static void put_line(int y, int x, int width, const char *text)
{
	char line[LINE_BYTES];

	text_fit(line, sizeof(line), text, width);
	mvaddstr(y, x, line);
}

static int pane_width(const struct view *v)
{
	return v->model.sides == 2 ? (v->columns - 3) / 2 : v->columns;
}

static int pane_x(const struct view *v, int side)
{
	return side * (pane_width(v) + 3);
}

static void draw_top(const struct view *v, const struct cells_layout *layout)
{
	struct cells heading;
	char title[2 * RUN_TEXT + 64], line[LINE_BYTES];

	cells_heading(&heading, layout);
	for (int side = 0; side < v->model.sides; side++) {
		pick_title(&v->model.side[side].run, title, sizeof(title));
		attron(A_BOLD);
		put_line(0, pane_x(v, side), pane_width(v), title);
		attroff(A_BOLD);
		cells_join(line, sizeof(line), &heading, layout);
		attron(A_UNDERLINE);
		put_line(1, pane_x(v, side), pane_width(v), line);
		attroff(A_UNDERLINE);
	}
}

static void draw_step(const struct view *v, int y, struct place place)
{
	const struct model_step *step = &v->model.step[place.step];
	char text[RUN_TEXT + 64], safe[RUN_TEXT + 64];

	if (step->text && (step->value || step->text[0]))
		snprintf(text, sizeof(text), "%s step %" PRIu64 ": %s", v->ascii ? "--" : "──",
			 step->value, step->text);
	else
		snprintf(text, sizeof(text), "%s before the first step", v->ascii ? "--" : "──");
	text_clean(safe, sizeof(safe), text, sizeof(text));
	attrset(look(v, PAIR_STEP, A_BOLD));
	put_line(y, 0, v->columns, safe);
	attrset(A_NORMAL);
}

static chtype separator(unsigned differences)
{
	return differences & DIFFERS_ONLY_A    ? '<'
	       : differences & DIFFERS_ONLY_B  ? '>'
	       : differences & DIFFERS_MATTERS ? '|'
					       : ' ';
}

static void draw_events(struct view *v, int y, struct place place,
			const struct cells_layout *layout)
{
	unsigned differences = model_differences(&v->model, place);
	struct cells cells;
	char line[LINE_BYTES];
	uint64_t n[2];

	model_numbers(&v->model, place, n);
	for (int side = 0; side < v->model.sides; side++) {
		const struct event *e = model_event(&v->model, side, n[side]);

		cells_fill(&cells, layout, e, model_symbol(&v->model, side, e));
		cells_join(line, sizeof(line), &cells, layout);
		put_line(y, pane_x(v, side), pane_width(v), line);
	}
	if (v->model.sides == 2)
		mvaddch(y, pane_width(v) + 1, separator(differences));
}

static void draw_row(struct view *v, int y, struct place place, const struct cells_layout *layout)
{
	unsigned differences = model_differences(&v->model, place);
	attr_t attributes = A_NORMAL;

	if (place_is_heading(place)) {
		draw_step(v, y, place);
	} else {
		if (differences & DIFFERS_CLOBBER)
			attributes = look(v, PAIR_HARM, A_BOLD);
		else if (differences & DIFFERS_MATTERS)
			attributes = look(v, PAIR_DIFFERENT, A_NORMAL);
		attrset(attributes);
		draw_events(v, y, place, layout);
		attrset(A_NORMAL);
	}
	if (!place_compare(place, v->cursor))
		mvchgat(y, 0, -1, A_REVERSE, 0, NULL);
}

static void draw_list(struct view *v)
{
	struct cells_layout layout = {0};
	struct place place = v->top;
	int rows = view_rows(v);

	cells_layout(&layout, pane_width(v), v->ascii);
	draw_top(v, &layout);
	for (int i = 0; i < rows; i++) {
		draw_row(v, VIEW_HEAD + i, place, &layout);
		if (!model_next(&v->model, &place))
			break;
	}
}

/* ---- the frames under the cursor -------------------------------------- */

static void detail_head(const struct event *e, const struct symbol *symbol, char *to, size_t size)
{
	char name[NAME_MAX_BYTES], where[LINE_BYTES / 2];

	if (!e) {
		snprintf(to, size, "(no event here)");
		return;
	}
	name_event(frame_type(e->frame), frame_vector(e->frame), name);
	cells_where(e, symbol, where, sizeof(where));
	snprintf(to, size, "%s on %s, NMIs %s%s (%s), at %s", name, name_stack(e->stack),
		 e->nmi & FT_NMI_BLOCKED ? "blocked" : "open",
		 e->nmi & FT_NMI_PENDING ? ", one waits" : "",
		 e->nmi & FT_NMI_OBSERVED ? "observed" : "inferred", where);
}

static void draw_word(const struct view *v, int y, unsigned word, const struct event *const e[2])
{
	bool lit = v->model.sides == 2 && e[0] && e[1] && e[0]->frame[word] != e[1]->frame[word];
	char fields[LINE_BYTES / 2], line[LINE_BYTES];

	for (int side = 0; side < v->model.sides; side++) {
		if (!e[side])
			continue;
		frame_word_text(e[side]->frame, word, fields, sizeof(fields));
		snprintf(line, sizeof(line), "%-7s%016" PRIx64 " %s", frame_word_name(word),
			 e[side]->frame[word], fields);
		attrset(lit ? look(v, PAIR_DIFFERENT, A_BOLD) : A_NORMAL);
		put_line(y, pane_x(v, side), pane_width(v), line);
		attrset(A_NORMAL);
	}
}

static void draw_detail(struct view *v)
{
	int y = v->lines - 1 - VIEW_DETAIL;
	const struct event *e[2] = {NULL, NULL};
	char line[LINE_BYTES];
	uint64_t n[2] = {0, 0};

	mvhline(y++, 0, v->ascii ? '-' : ACS_HLINE, v->columns);
	if (place_is_heading(v->cursor)) {
		put_line(y, 0, v->columns, "A step of the workload. j goes to its first event.");
		return;
	}
	model_numbers(&v->model, v->cursor, n);
	for (int side = 0; side < v->model.sides; side++) {
		e[side] = model_event(&v->model, side, n[side]);
		detail_head(e[side], model_symbol(&v->model, side, e[side]), line, sizeof(line));
		attron(A_BOLD);
		put_line(y, pane_x(v, side), pane_width(v), line);
		attroff(A_BOLD);
	}
	for (unsigned word = 0; word < FRAME_WORDS; word++)
		draw_word(v, ++y, word, e);
	for (int side = 0; side < v->model.sides; side++) {
		if (!e[side])
			continue;
		cells_marks(e[side], line, sizeof(line), false);
		put_line(y + 1, pane_x(v, side), pane_width(v), line);
	}
}

static void draw_status(struct view *v)
{
	char text[LINE_BYTES], differences[LINE_BYTES / 2];

	difference_text(model_differences(&v->model, v->cursor), differences, sizeof(differences));
	if (v->message[0])
		snprintf(text, sizeof(text), " %s", v->message);
	else if (differences[0])
		snprintf(text, sizeof(text), " differs: %s", differences);
	else
		snprintf(text, sizeof(text),
			 " j k move  ] [ difference  / search  Enter frames  ? help  q quit");
	attrset(A_REVERSE);
	put_line(v->lines - 1, 0, v->columns, text);
	attrset(A_NORMAL);
}

static void draw_help(const struct view *v)
{
	static const char *const lines[] = {
		"fredviz view: two runs, aligned by what the events mean",
		"",
		"  j k, arrows      one row down, up        d u, PgDn PgUp  a page",
		"  g G, Home End    the first, last row     } {             next, previous step",
		"  ] [              next, previous difference between the runs",
		"  / n N            search a name or function; next, previous",
		"  Enter, Tab       the frames under the cursor, shown or hidden",
		"  q                quit                    ?               this page",
		"",
		"  Columns: number; event, indented under what it interrupted; the stack of its",
		"  frame (T the task's, 1 to 4: IST n or FRED level n, c the copy of an NMI's",
		"  frame); NMIs blocked (P: one more waits); what was interrupted; marks.",
		"  Between the panes: < > only on this side, | the two differ.",
		"  In the frames below, words that differ are lit.",
		"",
		"  Any key goes back.",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		put_line(VIEW_HEAD + (int)i, 0, v->columns, lines[i]);
}

static void draw_too_small(const struct view *v)
{
	mvprintw(0, 0, "The terminal has %dx%d; fredviz view needs %dx%d.", v->columns, v->lines,
		 VIEW_COLUMNS_MIN, VIEW_LINES_MIN);
	mvprintw(1, 0, "Make it larger, or press q and use `fredviz print`.");
}

void view_draw(struct view *v)
{
	erase();
	if (v->columns < VIEW_COLUMNS_MIN || v->lines < VIEW_LINES_MIN) {
		draw_too_small(v);
		refresh();
		return;
	}
	store_hold(v->model.store, true);
	if (v->help) {
		draw_help(v);
	} else {
		draw_list(v);
		if (v->detail)
			draw_detail(v);
	}
	draw_status(v);
	store_hold(v->model.store, false);
	refresh();
}

bool view_ask(struct view *v, const char *prompt, char *answer, size_t size)
{
	attrset(A_REVERSE);
	put_line(v->lines - 1, 0, v->columns, prompt);
	attrset(A_NORMAL);
	move(v->lines - 1, (int)strlen(prompt));
	echo();
	curs_set(1);
	timeout(-1);
	if (getnstr(answer, (int)size - 1) == ERR)
		answer[0] = 0;
	noecho();
	curs_set(0);
	return answer[0] != 0;
}
