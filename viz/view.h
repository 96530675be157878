/* SPDX-License-Identifier: MIT */
/*
 * The screen's state, between the keys that change it (view.c) and the drawing that
 * shows it (view_draw.c). Neither knows the database; both go through the model.
 */
#ifndef VIEW_H
#define VIEW_H

#include "cells.h"
#include "model.h"

#define VIEW_COLUMNS_MIN 80
#define VIEW_LINES_MIN	 24
#define VIEW_HEAD	 2  /* titles, column headings */
#define VIEW_DETAIL	 11 /* both frames, word by word */
#define VIEW_TEXT	 128

struct view {
	struct model model;
	struct place top, cursor;
	int lines, columns;
	bool ascii, colour;
	bool detail, help;
	char message[VIEW_TEXT]; /* for the status line, until the next key */
	char search[VIEW_TEXT];
};

/* Rows of events that fit now. */
int view_rows(const struct view *v);

/* Draw everything; the terminal's size is in v. */
void view_draw(struct view *v);

/* Ask for a line of text on the status line. False: left empty. */
bool view_ask(struct view *v, const char *prompt, char *answer, size_t size);

#endif
