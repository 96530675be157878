/* SPDX-License-Identifier: MIT */
/* The frame around every view: the top line, the status line or the prompt. */
#ifndef VIEW_DRAW_H
#define VIEW_DRAW_H

#include "session.h"

/*
 * Draws on the canvas. Of the session it changes only what drawing finds out: `unfinished`,
 * and how many lines a view has.
 */
void draw_all(struct session *s);

#endif
