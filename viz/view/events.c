/* SPDX-License-Identifier: MIT */
/* The events view: one row per event, indented under what it interrupted; frames below. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "event/cells.h"
#include "event/frame.h"
#include "event/names.h"
#include "event/titles.h"
#include "talk/text.h"
#include "head.h"
#include "views.h"

#define LINE_BYTES   2048
#define WORD_COLUMNS 24 /* a word's name and digits */

static char separator(unsigned differences)
{
	return differences & DIFFERS_ONLY_A    ? '<'
	       : differences & DIFFERS_ONLY_B  ? '>'
	       : differences & DIFFERS_MATTERS ? '|'
					       : ' ';
}

static void draw_titles(struct session *s, struct area area, const struct cells_layout *layout)
{
	struct cells heading;
	char line[LINE_BYTES];

	cells_heading(&heading, layout);
	cells_join(line, sizeof(line), &heading, layout);
	for (int side = 0; side < s->model.sides; side++) {
		struct area half = pane(s, area, side);

		run_title(&s->model.side[side].run, line, sizeof(line));
		canvas_put(&s->canvas, half.y, half.x, half.columns, STYLE_TITLE, line);
		cells_join(line, sizeof(line), &heading, layout);
		canvas_put(&s->canvas, half.y + 1, half.x, half.columns, STYLE_HEAD, line);
	}
}

static void draw_step(struct session *s, int y, struct place place)
{
	struct canvas *c = &s->canvas;
	char title[LINE_BYTES];
	int x;

	step_title(&s->model.step[place.step], title, sizeof(title));
	x = canvas_print(c, y, 0, -1, STYLE_STEP, "── %s ", title);
	canvas_rule(c, y, x, c->columns - x, STYLE_STEP);
}

/* What each cell of an event's row looks like */
static unsigned cell_style(enum cell_column cell, const struct event *e, unsigned differences)
{
	bool harmed = event_clobbered(e) || !e->exited;

	if (e->gap)
		return STYLE_GAP;
	switch (cell) {
	case CELL_NUMBER:
		return differences & (DIFFERS_ONLY_A | DIFFERS_ONLY_B) ? STYLE_ONLY
		       : differences & DIFFERS_MATTERS		       ? STYLE_DIFFERS
								       : STYLE_DIM;
	case CELL_NAME: return event_clobbered(e) ? STYLE_HARM : style_stack(e->stack);
	case CELL_LANE: return style_stack(e->stack);
	case CELL_NMI: return STYLE_NMI;
	case CELL_MARKS: return harmed ? STYLE_HARM : STYLE_PLAIN;
	default: return STYLE_PLAIN;
	}
}

static void draw_cells(struct session *s, int y, struct area half, const struct event *e,
		       const struct cells_layout *layout, const struct cells *cells,
		       unsigned differences)
{
	int x = half.x;

	for (int i = 0; i < CELLS; i++) {
		if (!layout->width[i])
			continue;
		canvas_put(&s->canvas, y, x, layout->width[i],
			   cell_style((enum cell_column)i, e, differences), cells->text[i]);
		x += layout->width[i] + 1;
	}
}

/* ▸ folded, ◆ bookmark; before the number, where there is room. */
static const char *sign(const struct session *s, struct place place, int side,
			const struct event *e)
{
	if (notebook_find(&s->book, s->model.side[side].run.id, e->n))
		return "◆";
	return rows_folded(&s->rows, place) ? "▸" : NULL;
}

static void draw_events_row(struct session *s, int y, struct area area, struct place place,
			    const struct cells_layout *layout)
{
	unsigned differences = model_differences(&s->model, place);
	bool found = s->seek.text[0] && seek_test(&s->seek, &s->model, SEEK_FOUND, place);
	const struct event *e[2];
	struct cells cells;

	for (int side = 0; side < s->model.sides; side++) {
		struct area half = pane(s, area, side);

		view_events(s, place, e);
		if (!e[side])
			continue;
		cells_fill(&cells, layout, e[side], model_symbol(&s->model, side, e[side]));
		draw_cells(s, y, half, e[side], layout, &cells, differences);
		if (found)
			canvas_put(&s->canvas, y, half.x + layout->width[CELL_NUMBER] + 1,
				   layout->width[CELL_NAME], STYLE_FOUND, cells.text[CELL_NAME]);
		if (sign(s, place, side, e[side]))
			canvas_put(&s->canvas, y, half.x, 1, STYLE_KEY,
				   sign(s, place, side, e[side]));
	}
	if (s->model.sides == 2)
		canvas_print(&s->canvas, y, pane(s, area, 0).columns + 1, 1,
			     differences & DIFFERS_MATTERS ? STYLE_ONLY : STYLE_PLAIN, "%c",
			     separator(differences));
}

static void draw_filtered_out(struct session *s, struct area area)
{
	char text[LINE_BYTES], filter[VIEW_TEXT];

	filter_text(&s->rows.filter, filter, sizeof(filter));
	snprintf(text, sizeof(text), "No event here has %s. F shows all events again.", filter);
	canvas_wrap(&s->canvas, area.y + EVENTS_HEAD, 1, area.columns - 2, area.lines - EVENTS_HEAD,
		    STYLE_PLAIN, text);
}

static void draw_list(struct session *s, struct area area)
{
	struct cells_layout layout = {0};
	struct budget budget = s->budget;
	struct place place = s->top;
	enum found found = FOUND;
	int rows = 0;

	cells_layout(&layout, pane(s, area, 0).columns, s->canvas.ascii);
	draw_titles(s, area, &layout);
	/* A row that the filter hides is passed over when it is the first on the screen */
	if (rows_visible(&s->rows, place, &budget) != FOUND)
		found = rows_next(&s->rows, &place, 1, &budget);
	for (int y = area.y + EVENTS_HEAD; y < area.y + area.lines && found == FOUND; y++) {
		if (place_is_heading(place))
			draw_step(s, y, place);
		else
			draw_events_row(s, y, area, place, &layout);
		if (!place_compare(place, s->cursor)) {
			/* Printed text has no other sign of it */
			if (*canvas_at(&s->canvas, y, 0)->text == ' ' || place_is_heading(place))
				canvas_put(&s->canvas, y, 0, 1, STYLE_PLAIN, "▶");
			canvas_cursor(&s->canvas, y);
		}
		found = rows_next(&s->rows, &place, 1, &budget);
		rows++;
	}
	if (found == FOUND_NONE && rows == 0 && s->rows.filtered)
		draw_filtered_out(s, area);
	s->unfinished |= found == FOUND_LATER;
}

/* ---- the frames under the cursor -------------------------------------------- */

/* The place stands beside rip, too: here only where all of it has room. */
static void detail_head(const struct event *e, const struct symbol *symbol, int width, char *to,
			size_t size)
{
	char name[NAME_MAX_BYTES], where[LINE_BYTES / 2];
	int used;

	if (e->gap) {
		gap_title(e, to, size);
		return;
	}
	name_event(e->type, e->vector, name);
	cells_where(e, symbol, where, sizeof(where));
	used = snprintf(to, size, "%s on %s, NMIs %s%s%s", name, name_stack(e->stack),
			e->nmi & FT_NMI_BLOCKED ? "blocked" : "open",
			e->nmi & FT_NMI_PENDING ? ", one waits" : "",
			e->nmi & FT_NMI_OBSERVED ? "" : " (inferred)");
	if (used + (int)strlen(", at ") + text_width(where) <= width)
		snprintf(to + used, size - (size_t)used, ", at %s", where);
}

static void draw_words(struct session *s, struct area half, int side, const struct event *e,
		       const struct event *other)
{
	char fields[LINE_BYTES];

	for (unsigned word = 0; word < FRAME_WORDS && !e->gap; word++) {
		bool lit = other && e->frame[word] != other->frame[word];

		cells_word(e, model_symbol(&s->model, side, e), word, half.columns - WORD_COLUMNS,
			   fields, sizeof(fields));
		canvas_print(&s->canvas, half.y + (int)word, half.x, half.columns,
			     lit ? STYLE_DIFFERS : STYLE_PLAIN, "%-7s%016" PRIx64 " %s",
			     frame_word_name(word), e->frame[word], fields);
	}
}

static void draw_detail(struct session *s, struct area area)
{
	const struct event *e[2];
	char line[LINE_BYTES];

	canvas_rule(&s->canvas, area.y, 0, area.columns, STYLE_DIM);
	area.y++;
	if (place_is_heading(s->cursor)) {
		canvas_put(
			&s->canvas, area.y, 0, area.columns, STYLE_PLAIN,
			"A step of the workload. j goes to its first event, } to the next step.");
		return;
	}
	view_events(s, s->cursor, e);
	for (int side = 0; side < s->model.sides; side++) {
		struct area half = pane(s, area, side);

		if (!e[side]) {
			canvas_put(&s->canvas, half.y, half.x, half.columns, STYLE_DIM,
				   "(no event here)");
			continue;
		}
		detail_head(e[side], model_symbol(&s->model, side, e[side]), half.columns, line,
			    sizeof(line));
		canvas_put(&s->canvas, half.y, half.x, half.columns, STYLE_TITLE, line);
		half.y++;
		draw_words(s, half, side, e[side], e[!side]);
		cells_marks(e[side], line, sizeof(line), false);
		canvas_put(&s->canvas, half.y + FRAME_WORDS, half.x, half.columns, STYLE_HARM,
			   line);
	}
}

void draw_events(struct session *s, struct area area)
{
	struct area list = area;

	list.lines = EVENTS_HEAD + event_rows(s);
	draw_list(s, list);
	if (s->detail) {
		area.y += list.lines;
		area.lines = EVENTS_DETAIL;
		draw_detail(s, area);
	}
}
