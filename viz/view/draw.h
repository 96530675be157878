/* SPDX-License-Identifier: MIT */
/* The frame around every view: the top line, the status line or the prompt. */
#ifndef VIEW_DRAW_H
#define VIEW_DRAW_H

#include "session.h"

/* Everything: the top line, the view, the status line or the prompt. */
void draw_all(struct session *s);

#endif
