/* SPDX-License-Identifier: MIT */
/*
 * A screen that is not on a terminal yet: cells of one character and a style. Every view
 * draws here; terminal.c puts it on a terminal, canvas_write() into a file. So what
 * can be seen can be printed, and tested. Text is made safe and cut to fit on its way in.
 */
#ifndef VIEW_CANVAS_H
#define VIEW_CANVAS_H

#include <stdbool.h>
#include <stdio.h>

#include "style.h"

#define CANVAS_GLYPH 8	  /* bytes: a character, and what combines with it */
#define CANVAS_MOST  1000 /* lines, columns */

struct glyph {
	char text[CANVAS_GLYPH]; /* empty: the right half of a wide character */
	uint8_t style;
	bool reverse;
};

struct canvas {
	int lines, columns;
	bool ascii; /* characters beyond ASCII are drawn as their like */
	struct glyph *glyph;
};

/* Blank, of that size. False without memory; the old canvas is then as it was. */
bool canvas_resize(struct canvas *c, int lines, int columns);
void canvas_clear(struct canvas *c);
void canvas_free(struct canvas *c);

/*
 * Text at (y, x), cut or padded to `width` columns; a cut leaves '~'. width < 0: as wide
 * as the text is. Nothing outside the canvas is touched. Returns the column behind it.
 */
int canvas_put(struct canvas *c, int y, int x, int width, unsigned style, const char *text);
int canvas_print(struct canvas *c, int y, int x, int width, unsigned style, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

/* Text broken at blanks into lines of `width`, at most `lines` of them; returns how many. */
int canvas_wrap(struct canvas *c, int y, int x, int width, int lines, unsigned style,
		const char *text);

/* A horizontal and a vertical line. */
void canvas_rule(struct canvas *c, int y, int x, int width, unsigned style);
void canvas_post(struct canvas *c, int y, int x, int lines, unsigned style);

/* A bar of `part` in `whole`, exact to an eighth of a column where the font has such. */
void canvas_bar(struct canvas *c, int y, int x, int width, unsigned style, double part,
		double whole);

/* Swaps background and foreground of a stretch. */
void canvas_reverse(struct canvas *c, int y, int x, int width);

/* A whole line as the cursor: in reverse, and all of one colour. */
void canvas_cursor(struct canvas *c, int y);

const struct glyph *canvas_at(const struct canvas *c, int y, int x);

/* All lines as text, blanks at their ends left out; with ANSI colours if wanted. */
void canvas_write(const struct canvas *c, FILE *to, bool colour);

#endif
