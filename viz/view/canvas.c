/* SPDX-License-Identifier: MIT */
#include "canvas.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "talk/text.h"

#define LINE_BYTES 4096

/* What stands for a character where only ASCII may */
static const struct {
	const char *fine;
	char plain;
} plain_glyphs[] = {
	{"─", '-'}, {"━", '='},	 {"│", '|'}, {"┃", '|'}, {"└", '`'}, {"├", '|'}, {"┌", '.'},
	{"┐", '.'}, {"┘", '\''}, {"┤", '|'}, {"┬", '-'}, {"┴", '-'}, {"┼", '+'}, {"╎", ':'},
	{"█", '#'}, {"▓", '#'},	 {"▒", ':'}, {"░", '.'}, {"·", '.'}, {"▶", '>'}, {"◀", '<'},
	{"▲", '^'}, {"▼", 'v'},	 {"▸", '+'}, {"▾", '-'}, {"●", '*'}, {"◆", '*'}, {"≈", '~'},
	{"╳", 'X'}, {"→", '>'},	 {"←", '<'}, {"↑", '^'}, {"↓", 'v'}, {"▏", '.'}, {"▎", '.'},
	{"▍", ':'}, {"▌", ':'},	 {"▋", ':'}, {"▊", '#'}, {"▉", '#'}, {"║", '|'}, {"═", '='},
	{"╌", '-'}, {"×", 'x'},	 {"…", '~'},
};

bool canvas_resize(struct canvas *c, int lines, int columns)
{
	lines = lines < 1 ? 1 : lines > CANVAS_MOST ? CANVAS_MOST : lines;
	columns = columns < 1 ? 1 : columns > CANVAS_MOST ? CANVAS_MOST : columns;
	if (!c->glyph || lines != c->lines || columns != c->columns) {
		size_t cells = (size_t)lines * (size_t)columns;
		struct glyph *larger = realloc(c->glyph, cells * sizeof(*larger));

		if (!larger)
			return false;
		c->glyph = larger;
		c->lines = lines;
		c->columns = columns;
	}
	canvas_clear(c);
	return true;
}

void canvas_clear(struct canvas *c)
{
	for (int i = 0; i < c->lines * c->columns; i++)
		c->glyph[i] = (struct glyph){.text = " "};
}

void canvas_free(struct canvas *c)
{
	free(c->glyph);
	c->glyph = NULL;
	c->lines = c->columns = 0;
}

static struct glyph *at(const struct canvas *c, int y, int x)
{
	if (y < 0 || y >= c->lines || x < 0 || x >= c->columns)
		return NULL;
	return &c->glyph[y * c->columns + x];
}

const struct glyph *canvas_at(const struct canvas *c, int y, int x)
{
	return at(c, y, x);
}

static void make_plain(struct glyph *g)
{
	for (size_t i = 0; i < sizeof(plain_glyphs) / sizeof(plain_glyphs[0]); i++) {
		if (!strcmp(g->text, plain_glyphs[i].fine)) {
			memcpy(g->text, (char[2]){plain_glyphs[i].plain, 0}, 2);
			return;
		}
	}
	memcpy(g->text, "?", 2);
}

/* What combines with the character before it joins its cell, if there is room. */
static void combine(struct canvas *c, int y, int x, const char *bytes, size_t length)
{
	struct glyph *before = at(c, y, x - 1);
	size_t used = before ? strlen(before->text) : 0;

	if (c->ascii || !used || used + length >= CANVAS_GLYPH)
		return;
	memcpy(before->text + used, bytes, length);
	before->text[used + length] = 0;
}

static void set(struct canvas *c, int y, int x, int wide, unsigned style, const char *bytes,
		size_t length)
{
	struct glyph *g = at(c, y, x), *half = wide == 2 ? at(c, y, x + 1) : NULL;

	if (!g)
		return;
	if (wide == 2 && !half) {
		bytes = "?";
		length = 1;
	}
	memset(g, 0, sizeof(*g));
	memcpy(g->text, bytes, length < CANVAS_GLYPH ? length : CANVAS_GLYPH - 1);
	g->style = (uint8_t)style;
	if (c->ascii && (unsigned char)g->text[0] >= 0x80)
		make_plain(g);
	if (half)
		*half = (struct glyph){.style = (uint8_t)style};
	if (half && c->ascii)
		memcpy(half->text, "?", 2);
}

int canvas_put(struct canvas *c, int y, int x, int width, unsigned style, const char *text)
{
	char safe[LINE_BYTES], fitted[LINE_BYTES];
	size_t length = text_clean(safe, sizeof(safe), text, sizeof(safe));

	if (!width || !c->glyph)
		return x;
	if (width > 0)
		length = text_fit(fitted, sizeof(fitted), safe, width);
	else
		memcpy(fitted, safe, length + 1);
	for (size_t i = 0; i < length;) {
		uint32_t point = '?';
		size_t bytes = text_decode(fitted + i, length - i, &point);
		int wide = text_point_width(point);

		bytes = bytes ? bytes : 1;
		if (wide)
			set(c, y, x, wide, style, fitted + i, bytes);
		else
			combine(c, y, x, fitted + i, bytes);
		x += wide;
		i += bytes;
	}
	return x;
}

int canvas_print(struct canvas *c, int y, int x, int width, unsigned style, const char *format, ...)
{
	char text[LINE_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return canvas_put(c, y, x, width, style, text);
}

/* Bytes of `text` that fit in one line; cut at a blank if there is one. */
static size_t line_length(const char *text, int width)
{
	size_t length = strlen(text), good = 0;
	int columns = 0;

	for (size_t i = 0; i < length;) {
		uint32_t point = '?';
		size_t bytes = text_decode(text + i, length - i, &point);

		if (text[i] == ' ')
			good = i;
		columns += text_point_width(point);
		if (columns > width)
			return good ? good : i ? i : bytes;
		i += bytes ? bytes : 1;
	}
	return length;
}

int canvas_wrap(struct canvas *c, int y, int x, int width, int lines, unsigned style,
		const char *text)
{
	int used = 0;

	while (*text && used < lines && width > 0) {
		size_t length = line_length(text, width);
		char line[LINE_BYTES];
		bool last = used == lines - 1;

		/* The last line takes all that is left, so that a cut shows */
		snprintf(line, sizeof(line), "%.*s", last ? (int)strlen(text) : (int)length, text);
		canvas_put(c, y + used++, x, width, style, line);
		text += length;
		while (*text == ' ')
			text++;
	}
	return used;
}
