/* SPDX-License-Identifier: MIT */
/* The cursor and the rows around it: moving, scrolling, staying on the screen. */
#ifndef VIEW_MOVE_H
#define VIEW_MOVE_H

#include "session.h"

void move_rows(struct session *s, int rows);
void move_pages(struct session *s, int halves);
void move_end(struct session *s, int direction);
void move_to(struct session *s, struct place place);
void move_to_event(struct session *s, int side, uint64_t n);

/* Scroll so that the cursor is among the `rows` on the screen. */
void follow_cursor(struct session *s, int rows);

/* A cursor that stands on a hidden row goes to the next shown one. */
void settle_cursor(struct session *s, int direction);

#endif
