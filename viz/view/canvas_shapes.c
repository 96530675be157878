/* SPDX-License-Identifier: MIT */
/* Lines, bars and the cursor on a canvas, and a canvas as text. */
#include <string.h>

#include "canvas.h"

void canvas_rule(struct canvas *c, int y, int x, int width, unsigned style)
{
	for (int i = 0; i < width; i++)
		canvas_put(c, y, x + i, 1, style, "─");
}

void canvas_post(struct canvas *c, int y, int x, int lines, unsigned style)
{
	for (int i = 0; i < lines; i++)
		canvas_put(c, y + i, x, 1, style, "│");
}

void canvas_bar(struct canvas *c, int y, int x, int width, unsigned style, double part,
		double whole)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	double share = whole > 0 ? part / whole : 0;
	int fill = (int)(share * width * 8 + 0.5);

	fill = fill < 0 ? 0 : fill > width * 8 ? width * 8 : fill;
	if (part > 0 && whole > 0 && !fill)
		fill = 1; /* something is more than nothing */
	for (int i = 0; i < fill / 8; i++)
		canvas_put(c, y, x + i, 1, style, "█");
	if (fill % 8)
		canvas_put(c, y, x + fill / 8, 1, style, eighths[fill % 8]);
}

void canvas_reverse(struct canvas *c, int y, int x, int width)
{
	for (int i = x < 0 ? 0 : x; i < x + width && i < c->columns && y >= 0 && y < c->lines; i++)
		c->glyph[y * c->columns + i].reverse = true;
}

void canvas_cursor(struct canvas *c, int y)
{
	for (int x = 0; x < c->columns && y >= 0 && y < c->lines; x++)
		c->glyph[y * c->columns + x].style = STYLE_PLAIN;
	canvas_reverse(c, y, 0, c->columns);
}

static int used_columns(const struct canvas *c, int y, bool colour)
{
	int columns = c->columns;

	while (columns > 0) {
		const struct glyph *g = canvas_at(c, y, columns - 1);

		if (strcmp(g->text, " ") != 0 || (colour && (g->reverse || g->style == STYLE_BAR)))
			break;
		columns--;
	}
	return columns;
}

void canvas_write(const struct canvas *c, FILE *to, bool colour)
{
	char start[STYLE_ANSI_BYTES];

	for (int y = 0; y < c->lines; y++) {
		unsigned style = STYLE_PLAIN;
		bool reverse = false;

		for (int x = 0; x < used_columns(c, y, colour); x++) {
			const struct glyph *g = canvas_at(c, y, x);

			if (colour && (g->style != style || g->reverse != reverse))
				fputs(style_ansi(g->style, g->reverse, start), to);
			style = g->style;
			reverse = g->reverse;
			fputs(g->text, to);
		}
		fputs(colour && (style || reverse) ? "\033[0m\n" : "\n", to);
	}
}
