/* SPDX-License-Identifier: MIT */
/* What views of one moment begin with: each run's name, and its event there. */
#ifndef VIEW_HEAD_H
#define VIEW_HEAD_H

#include "screen.h"

/* "step 3: what it does" */
void step_title(const struct model_step *step, char *to, size_t size);

/* Draws each run's name, and below it its event at the cursor. Returns the lines used: 2. */
int draw_heads(struct session *s, struct area area);

#endif
