/* SPDX-License-Identifier: MIT */
#include "style.h"

#include <stdio.h>

#include "trace/fredtrace.h"

/*
 * Hues of Okabe and Ito's palette for colour-blind readers (orange, sky blue, bluish
 * green, yellow, blue, vermilion, reddish purple), as near as 256 colours come. Of 16,
 * red and green are never both used; without any, weight and underlining tell apart
 * what must be, and letters and signs tell the rest.
 */
static const struct style_row table[STYLES] = {
	[STYLE_PLAIN] = {COLOUR_DEFAULT, COLOUR_DEFAULT, 0, 0},
	[STYLE_DIM] = {245, COLOUR_DEFAULT, LOOK_DIM, LOOK_DIM},
	[STYLE_TITLE] = {COLOUR_DEFAULT, COLOUR_DEFAULT, LOOK_BOLD, LOOK_BOLD},
	[STYLE_HEAD] = {245, COLOUR_DEFAULT, LOOK_UNDERLINE, LOOK_UNDERLINE},
	[STYLE_STEP] = {74, 6, LOOK_BOLD, LOOK_BOLD},
	[STYLE_BAR] = {COLOUR_DEFAULT, COLOUR_DEFAULT, LOOK_REVERSE, LOOK_REVERSE},
	[STYLE_BAR_ON] = {COLOUR_DEFAULT, COLOUR_DEFAULT, LOOK_BOLD, LOOK_BOLD},
	[STYLE_DIFFERS] = {178, 3, 0, LOOK_UNDERLINE},
	[STYLE_ONLY] = {178, 3, LOOK_BOLD, LOOK_BOLD},
	[STYLE_HARM] = {166, 5, LOOK_BOLD, LOOK_BOLD | LOOK_UNDERLINE},
	[STYLE_GAP] = {166, 5, 0, LOOK_BOLD},
	[STYLE_FOUND] = {228, 3, LOOK_REVERSE, LOOK_UNDERLINE},
	[STYLE_NMI] = {166, 5, 0, 0},
	[STYLE_CPU] = {74, 6, 0, LOOK_BOLD},
	[STYLE_SOFTWARE] = {178, 3, 0, LOOK_UNDERLINE},
	[STYLE_KEY] = {74, 6, LOOK_BOLD, LOOK_BOLD},
	[STYLE_STACK_TASK] = {COLOUR_DEFAULT, COLOUR_DEFAULT, 0, 0},
	[STYLE_STACK_EVENT1] = {74, 6, 0, 0},
	[STYLE_STACK_EVENT2] = {178, 3, 0, 0},
	[STYLE_STACK_EVENT3] = {175, 5, 0, 0},
	[STYLE_STACK_EVENT4] = {36, 4, 0, 0},
	[STYLE_STACK_COPY] = {227, 3, LOOK_BOLD, 0},
	[STYLE_STACK_OTHER] = {166, 5, LOOK_BOLD, LOOK_BOLD},
};

const struct style_row *style_row(unsigned style)
{
	return &table[style < STYLES ? style : STYLE_PLAIN];
}

enum style style_stack(unsigned stack)
{
	if (stack <= FT_STACK_NMI_COPY)
		return (enum style)(STYLE_STACK_TASK + stack);
	return STYLE_STACK_OTHER;
}

const char *style_ansi(unsigned style, bool reverse, char to[STYLE_ANSI_BYTES])
{
	const struct style_row *row = style_row(style);
	unsigned look = row->look ^ (reverse ? LOOK_REVERSE : 0);
	char colour[16] = "";

	if (row->many != COLOUR_DEFAULT)
		snprintf(colour, sizeof(colour), ";38;5;%d", row->many);
	snprintf(to, STYLE_ANSI_BYTES, "\033[0%s%s%s%s%sm", look & LOOK_BOLD ? ";1" : "",
		 look & LOOK_DIM ? ";2" : "", look & LOOK_UNDERLINE ? ";4" : "",
		 look & LOOK_REVERSE ? ";7" : "", colour);
	return to;
}
