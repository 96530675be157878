/* SPDX-License-Identifier: MIT */
/*
 * What a piece of the screen means, and how that looks: with colours of an eye that
 * mixes up red and green, with 16 colours, and with none. A table; knows no terminal.
 */
#ifndef VIEW_STYLE_H
#define VIEW_STYLE_H

#include <stdbool.h>
#include <stdint.h>

enum style {
	STYLE_PLAIN,
	STYLE_DIM,    /* there for completeness */
	STYLE_TITLE,  /* which run */
	STYLE_HEAD,   /* headings of columns */
	STYLE_STEP,   /* a step of the workload begins */
	STYLE_BAR,    /* the top line and the status line */
	STYLE_BAR_ON, /* the view that is shown, in the top line */
	STYLE_DIFFERS,
	STYLE_ONLY, /* an event that the other run lacks */
	STYLE_HARM, /* clobbered, lost, torn */
	STYLE_GAP,
	STYLE_FOUND,	/* what was searched for */
	STYLE_NMI,	/* NMIs are blocked */
	STYLE_CPU,	/* pushed by the CPU */
	STYLE_SOFTWARE, /* filled in by software */
	STYLE_KEY,	/* a key, in help */
	/* one colour per stack, in the order of enum ft_stack */
	STYLE_STACK_TASK,
	STYLE_STACK_EVENT1,
	STYLE_STACK_EVENT2,
	STYLE_STACK_EVENT3,
	STYLE_STACK_EVENT4,
	STYLE_STACK_COPY,
	STYLE_STACK_OTHER,
	STYLES
};

/* Attributes that a style has beside its colour */
enum style_look { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_REVERSE = 4, LOOK_UNDERLINE = 8 };

#define COLOUR_DEFAULT (-1)

struct style_row {
	int16_t many;	 /* colour of 256 */
	int16_t few;	 /* colour of 16 */
	uint8_t look;	 /* enum style_look, with colours */
	uint8_t without; /* the same, without colours */
};

/* Never NULL; STYLE_PLAIN's row for a style that is none. */
const struct style_row *style_row(unsigned style);

/* The style of a stack, by enum ft_stack. */
enum style style_stack(unsigned stack);

/* The start of a style for an ANSI terminal of 256 colours: "\033[0;1;38;5;31m". */
#define STYLE_ANSI_BYTES 48
const char *style_ansi(unsigned style, bool reverse, char to[STYLE_ANSI_BYTES]);

#endif
