/* SPDX-License-Identifier: MIT */
/*
 * The frame view: both frames word by word. Each digit's colour says what wrote it, the CPU
 * or software; digits in which the two differ are in reverse; below, why.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "event/cells.h"
#include "model/frames.h"
#include "talk/text.h"
#include "head.h"
#include "views.h"

#define NAME_WIDTH 8 /* before a word's digits */
#define DIGITS	   16
#define TEXT_BYTES 512

void act_word(struct session *s, int change)
{
	s->word = (s->word + FRAME_WORDS + (unsigned)change) % FRAME_WORDS;
}

static void draw_digits(struct session *s, int y, int x, const struct frame_side *word,
			uint64_t differs)
{
	char digits[DIGITS + 1];

	snprintf(digits, sizeof(digits), "%016" PRIx64, word->in);
	for (int i = 0; i < DIGITS; i++) {
		unsigned shift = 4 * (unsigned)(DIGITS - 1 - i);
		bool software = word->software >> shift & 0xf;

		canvas_put(&s->canvas, y, x + i, 1, software ? STYLE_SOFTWARE : STYLE_CPU,
			   (char[2]){digits[i], 0});
		if (differs >> shift & 0xf)
			canvas_reverse(&s->canvas, y, x + i, 1);
	}
}

static const char *writer(const struct event *e, unsigned word, int columns)
{
	const char *text = frame_writer(e, word);
	int room = columns - NAME_WIDTH - DIGITS - 1;

	return text_width(text) > room && strchr(text, ',') ? "CPU, software" : text;
}

/* What became of the word until it was popped */
static void fate(const struct frame_side *word, char *to, size_t size)
{
	if (word->clobbered)
		snprintf(to, size, "OVERWRITTEN: popped %" PRIx64, word->out);
	else if (word->edited)
		snprintf(to, size, "changed on purpose: %" PRIx64, word->out);
	else
		to[0] = 0;
}

static void draw_word(struct session *s, int y, struct area half, const struct event *e,
		      const struct frame_line *line, int side, unsigned word)
{
	const struct frame_side *w = &line->side[side];
	char text[TEXT_BYTES];
	bool here = word == s->word;
	unsigned style;
	int indent;

	canvas_print(&s->canvas, y, half.x, NAME_WIDTH, here ? STYLE_KEY : STYLE_PLAIN, "%s%s",
		     here ? "▶" : " ", frame_word_name(word));
	if (!w->here) {
		canvas_put(&s->canvas, y, half.x + NAME_WIDTH, half.columns - NAME_WIDTH, STYLE_DIM,
			   "(not known)");
		return;
	}
	draw_digits(s, y, half.x + NAME_WIDTH, w, line->differs_in);
	canvas_print(&s->canvas, y, half.x + NAME_WIDTH + DIGITS + 1,
		     half.columns - NAME_WIDTH - DIGITS - 1,
		     w->software ? STYLE_SOFTWARE : STYLE_CPU, "%s", writer(e, word, half.columns));
	fate(w, text, sizeof(text));
	style = !text[0] ? STYLE_DIM : w->clobbered ? STYLE_HARM : STYLE_DIFFERS;
	if (!text[0])
		cells_word(e, model_symbol(&s->model, side, e), word, half.columns - 1, text,
			   sizeof(text));
	/* What is too long below its digits begins farther to the left */
	indent = half.columns - text_width(text);
	indent = indent > NAME_WIDTH ? NAME_WIDTH : indent < 1 ? 1 : indent;
	canvas_put(&s->canvas, y + 1, half.x + indent, half.columns - indent, style, text);
}

static void draw_why(struct session *s, struct area area, const struct event *const e[2])
{
	char text[TEXT_BYTES];
	int y = area.y;

	canvas_print(&s->canvas, y++, area.x, area.columns, STYLE_KEY, "%s: %s",
		     frame_word_name(s->word), frame_word_help(s->word));
	for (int side = 0; side < s->model.sides && y < area.y + area.lines; side++) {
		if (!e[side] || e[side]->gap)
			continue;
		snprintf(text, sizeof(text), "%s%s: %s",
			 s->model.sides == 1 ? "By "
			 : side		     ? "B, by "
					     : "A, by ",
			 frame_writer(e[side], s->word), frame_why(e[side], s->word));
		y += canvas_wrap(&s->canvas, y, area.x, area.columns, area.y + area.lines - y,
				 STYLE_PLAIN, text);
	}
}

/* The last word is 0, as it should be: no text below it, and its line is free. */
static bool says_nothing(const struct event *const e[2], const struct frame_line *line)
{
	const struct frame_side *zero = line[FRAME_ZERO].side;

	for (int side = 0; side < 2; side++) {
		if (e[side] && (zero[side].in || zero[side].clobbered || zero[side].edited))
			return false;
	}
	return true;
}

void draw_frame(struct session *s, struct area area)
{
	const struct event *e[2];
	struct frame_line line[FRAME_WORDS];
	int y = area.y + draw_heads(s, area);
	/* Where there is room, a blank line between words */
	int pitch = area.lines >= 2 + 3 * FRAME_WORDS + 5 ? 3 : 2;

	if (place_is_heading(s->cursor)) {
		canvas_put(&s->canvas, y + 1, area.x, area.columns, STYLE_PLAIN,
			   "A step begins here: no frame. j goes to its first event.");
		return;
	}
	view_events(s, s->cursor, e);
	frame_lines(e[0], e[1], line);
	for (int side = 0; side < s->model.sides; side++) {
		for (unsigned word = 0; word < FRAME_WORDS && e[side]; word++)
			draw_word(s, y + (int)word * pitch, pane(s, area, side), e[side],
				  &line[word], side, word);
	}
	y += FRAME_WORDS * pitch - (pitch == 2 && says_nothing(e, line));
	draw_why(s, (struct area){y, area.x, area.y + area.lines - y, area.columns}, e);
}
