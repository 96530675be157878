/* SPDX-License-Identifier: MIT */
/* What the top line and the status line say, as text. */
#ifndef VIEW_STATUS_H
#define VIEW_STATUS_H

#include "session.h"

/*
 * For the right end of the top line: each run's event at the cursor, of how many:
 * "12/146 | 15/125". ASCII only.
 */
void status_place(struct session *s, char *to, size_t size);

/* Progress of a search or a filter; else a message; else how the row differs; else some keys. */
void status_left(struct session *s, char *to, size_t size);

/*
 * What is switched on: "filter 1234+  outermost  > 10/s until clobber  live, quiet 3 s"; the
 * + means that the filter still counts. ASCII only.
 */
void status_right(struct session *s, char *to, size_t size);

#endif
