/* SPDX-License-Identifier: MIT */
/* What views of one moment begin with: each run's name, and its event there. */
#ifndef VIEW_HEAD_H
#define VIEW_HEAD_H

#include "screen.h"

/* "step 3: what it does" */
void step_title(const struct model_step *step, char *to, size_t size);

/* Both runs' names, and their events at the cursor; how many lines that takes. */
int draw_heads(struct session *s, struct area area);

#endif
