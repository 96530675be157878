/* SPDX-License-Identifier: MIT */
/* One picture of the session: the state is settled, then drawn. */
#ifndef VIEW_PICTURE_H
#define VIEW_PICTURE_H

#include "session.h"

/* On s->canvas. s->unfinished: some rows are still looked for, draw it again. */
void picture(struct session *s);

#endif
