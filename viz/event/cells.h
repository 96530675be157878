/* SPDX-License-Identifier: MIT */
/*
 * One event as the cells of a table row, each cut or padded to its width: what `print`
 * writes and `view` draws. Decides what stands where, not how it is coloured.
 */
#ifndef EVENT_CELLS_H
#define EVENT_CELLS_H

#include "event.h"
#include "names.h"
#include "symbols.h"

enum cell_column { CELL_NUMBER, CELL_NAME, CELL_LANE, CELL_NMI, CELL_WHERE, CELL_MARKS, CELLS };

#define CELL_BYTES 512

struct cells {
	char text[CELLS][CELL_BYTES]; /* exactly width[] columns each */
};

struct cells_layout {
	int width[CELLS]; /* 0 = this column is left out; one blank stands between */
	bool ascii;
};

/* How a pane of `width` columns is shared out. */
void cells_layout(struct cells_layout *layout, int width, bool ascii);

/* symbol may be NULL. e = NULL gives blanks. */
void cells_fill(struct cells *cells, const struct cells_layout *layout, const struct event *e,
		const struct symbol *symbol);

/* The column headings, in the same cells. */
void cells_heading(struct cells *cells, const struct cells_layout *layout);

/* All cells of a row behind each other, one blank between; returns bytes. */
size_t cells_join(char *to, size_t size, const struct cells *cells,
		  const struct cells_layout *layout);

/* Words for what is remarkable about an event: "clobbered rip, no return". */
void cells_marks(const struct event *e, char *to, size_t size, bool letters);

/* "main+0x12 task.c:34", or the address alone. */
void cells_where(const struct event *e, const struct symbol *symbol, char *to, size_t size);

/* A word of its frame: its fields; of rip the place, where it has a name, within `width`. */
void cells_word(const struct event *e, const struct symbol *symbol, unsigned word, int width,
		char *to, size_t size);

#endif
