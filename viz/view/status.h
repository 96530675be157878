/* SPDX-License-Identifier: MIT */
/* What the top line and the status line say, as text. */
#ifndef VIEW_STATUS_H
#define VIEW_STATUS_H

#include "session.h"

/* "step 3 of 12  41 %": where the cursor is, at the right of the top line. ASCII only. */
void status_place(struct session *s, char *to, size_t size);

/* A message; else progress; else how the row differs; else what keys there are. */
void status_left(struct session *s, char *to, size_t size);

/* "filter 1234+  10/s until clobber  live": what is on. ASCII only. */
void status_right(struct session *s, char *to, size_t size);

#endif
