/* SPDX-License-Identifier: MIT */
#include "cells.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "talk/text.h"
#include "titles.h"

#define NARROW 60 /* below, marks are letters */

void cells_layout(struct cells_layout *layout, int width, bool ascii)
{
	bool wide = width >= NARROW;
	int *w = layout->width, left;

	memset(layout, 0, sizeof(*layout));
	layout->ascii = ascii;
	w[CELL_NUMBER] = width >= 70 ? 8 : width >= 50 ? 7 : 5;
	w[CELL_NAME] = wide ? 18 : 12;
	w[CELL_LANE] = STACK_LANES;
	w[CELL_NMI] = 2;
	w[CELL_MARKS] = wide ? (width >= 90 ? 20 : 13) : 2;
	left = width - w[CELL_NUMBER] - w[CELL_NAME] - w[CELL_LANE] - w[CELL_NMI] - w[CELL_MARKS] -
	       5;
	w[CELL_WHERE] = left > 3 ? left : 0;
}

void cells_marks(const struct event *e, char *to, size_t size, bool letters)
{
	unsigned clobbered = event_clobbered(e);
	size_t used = 0;
	const struct {
		bool holds;
		const char *letter, *word;
	} marks[] = {
		{clobbered, "C", "clobbered"},
		{!e->exited, "X", "no return"},
		{!e->entered, "E", "entry lost"},
		{e->flags & FT_FLAG_INJECTED, "J", "injected"},
		{e->stack == FT_STACK_USER, "U", "on user stack"},
		{(e->work | e->exit_work) & FT_WORK_NMI_LATCH, "L", "latched"},
		{(e->work | e->exit_work) & FT_WORK_NMI_REPEAT, "R", "repeat"},
	};

	to[0] = 0;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]) && used < size; i++) {
		if (marks[i].holds)
			used += (size_t)snprintf(to + used, size - used, "%s%s",
						 used && !letters ? ", " : "",
						 letters ? marks[i].letter : marks[i].word);
		if (marks[i].holds && !letters && i == 0) {
			for (unsigned w = 0; w < FRAME_WORDS && used < size; w++) {
				if (clobbered >> w & 1)
					used += (size_t)snprintf(to + used, size - used, " %s",
								 frame_word_name(w));
			}
		}
	}
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void cells_where(const struct event *e, const struct symbol *symbol, char *to, size_t size)
{
	uint64_t rip = event_rip(e);
	bool named = symbol && symbol->function[0];
	int used;

	if (!named)
		used = snprintf(to, size, "0x%" PRIx64, rip);
	else if (symbol->offset)
		used = snprintf(to, size, "%s+0x%" PRIx64, symbol->function, symbol->offset);
	else
		used = snprintf(to, size, "%s", symbol->function);
	if (symbol && symbol->file[0] && used > 0 && (size_t)used < size)
		snprintf(to + used, size - (size_t)used, " %s:%d", base_name(symbol->file),
			 symbol->line);
}

/* Where the column is narrow, the offset goes first, then the file's name: a line says more. */
static void where_cell(const struct event *e, const struct symbol *symbol, int width, char *to,
		       size_t size)
{
	cells_where(e, symbol, to, size);
	if (text_width(to) <= width || !symbol || !symbol->function[0] || !symbol->file[0])
		return;
	snprintf(to, size, "%s %s:%d", symbol->function, base_name(symbol->file), symbol->line);
	if (text_width(to) > width)
		snprintf(to, size, "%s:%d", symbol->function, symbol->line);
}

void cells_word(const struct event *e, const struct symbol *symbol, unsigned word, int width,
		char *to, size_t size)
{
	if (word == FRAME_RIP && e->entered && symbol && symbol->function[0])
		where_cell(e, symbol, width, to, size);
	else
		frame_word_text(e->frame, word, to, size);
}

/* "└ #PF" under what it interrupted; beyond a few levels the number stands instead. */
static void name_cell(const struct event *e, bool ascii, char *to, size_t size)
{
	char name[NAME_MAX_BYTES];
	int depth = e->depth ? e->depth - 1 : 0;

	name_event(e->type, e->vector, name);
	if (!depth)
		snprintf(to, size, "%s", name);
	else if (depth > 4)
		snprintf(to, size, "%d%s%s", e->depth, ascii ? "> " : "└ ", name);
	else
		snprintf(to, size, "%*s%s%s", depth - 1, "", ascii ? "`-" : "└ ", name);
}

/* Six lanes: task, event stacks 1 to 4, NMI copy. The one in use shows its letter. */
static void lane_cell(const struct event *e, bool ascii, char *to, size_t size)
{
	const char *empty = ascii ? "." : "·";
	size_t used = 0;

	to[0] = 0;
	for (unsigned lane = 0; lane < STACK_LANES && used < size; lane++) {
		bool here = e->stack == lane || (lane == 0 && e->stack >= STACK_LANES);

		if (here)
			used += (size_t)snprintf(to + used, size - used, "%c",
						 letter_stack(e->stack));
		else
			used += (size_t)snprintf(to + used, size - used, "%s", empty);
	}
}

static void nmi_cell(const struct event *e, bool ascii, char *to, size_t size)
{
	unsigned nmi = e->entered ? e->nmi : e->exit_nmi;
	bool observed = nmi & FT_NMI_OBSERVED, blocked = nmi & FT_NMI_BLOCKED;
	const char *bar = !blocked ? " " : ascii ? (observed ? "#" : ":") : (observed ? "█" : "▒");

	snprintf(to, size, "%s%s", bar, nmi & FT_NMI_PENDING ? "P" : " ");
}

static void gap_cells(char raw[CELLS][CELL_BYTES], const struct event *e)
{
	snprintf(raw[CELL_NUMBER], CELL_BYTES, "%" PRIu64, e->n);
	snprintf(raw[CELL_NAME], CELL_BYTES, "~~ gap ~~");
	memset(raw[CELL_LANE], '~', STACK_LANES);
	gap_title(e, raw[CELL_WHERE], CELL_BYTES);
}

static void fit(struct cells *cells, const struct cells_layout *layout, char raw[CELLS][CELL_BYTES])
{
	for (int i = 0; i < CELLS; i++)
		text_fit(cells->text[i], CELL_BYTES, raw[i], layout->width[i]);
}

void cells_fill(struct cells *cells, const struct cells_layout *layout, const struct event *e,
		const struct symbol *symbol)
{
	char raw[CELLS][CELL_BYTES] = {{0}}, where[CELL_BYTES];
	bool ascii = layout->ascii;

	if (e && e->gap) {
		gap_cells(raw, e);
	} else if (e) {
		snprintf(raw[CELL_NUMBER], CELL_BYTES, "%*" PRIu64, layout->width[CELL_NUMBER],
			 e->n);
		name_cell(e, ascii, raw[CELL_NAME], CELL_BYTES);
		lane_cell(e, ascii, raw[CELL_LANE], CELL_BYTES);
		nmi_cell(e, ascii, raw[CELL_NMI], CELL_BYTES);
		where_cell(e, symbol, layout->width[CELL_WHERE], where, sizeof(where));
		if (ascii)
			text_clean_ascii(raw[CELL_WHERE], CELL_BYTES, where, sizeof(where));
		else
			text_clean(raw[CELL_WHERE], CELL_BYTES, where, sizeof(where));
		cells_marks(e, raw[CELL_MARKS], CELL_BYTES, layout->width[CELL_MARKS] < 8);
	}
	fit(cells, layout, raw);
}

void cells_heading(struct cells *cells, const struct cells_layout *layout)
{
	char raw[CELLS][CELL_BYTES] = {"", "event", "", "NM", "where", "marks"};

	for (unsigned lane = 0; lane < STACK_LANES; lane++)
		raw[CELL_LANE][lane] = letter_stack(lane);
	snprintf(raw[CELL_NUMBER], CELL_BYTES, "%*s", layout->width[CELL_NUMBER], "no");
	if (layout->width[CELL_MARKS] < 8)
		snprintf(raw[CELL_MARKS], CELL_BYTES, "!");
	fit(cells, layout, raw);
}

size_t cells_join(char *to, size_t size, const struct cells *cells,
		  const struct cells_layout *layout)
{
	size_t used = 0;

	to[0] = 0;
	for (int i = 0; i < CELLS && used < size; i++) {
		if (layout->width[i])
			used += (size_t)snprintf(to + used, size - used, "%s%s", used ? " " : "",
						 cells->text[i]);
	}
	return used < size ? used : size - 1;
}
