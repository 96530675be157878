/* SPDX-License-Identifier: MIT */
/* Playing the run like film, and following one that is still recorded. */
#ifndef VIEW_PLAY_H
#define VIEW_PLAY_H

#include "session.h"

unsigned play_speed(const struct session *s); /* events a second */
bool play_work(struct session *s);	      /* true if there is something new to draw */
bool live_work(struct session *s);

void act_play(struct session *s, int direction);
void act_speed(struct session *s, int change);
void act_until(struct session *s, int change);
void act_live(struct session *s, int unused);

#endif
