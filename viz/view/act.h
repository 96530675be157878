/* SPDX-License-Identifier: MIT */
/* What keys do to the session. */
#ifndef VIEW_ACT_H
#define VIEW_ACT_H

#include "session.h"

void act_rows(struct session *s, int rows);
void act_half(struct session *s, int halves);
void act_end(struct session *s, int direction);
void act_view(struct session *s, int view);
void act_next_view(struct session *s, int direction);
void act_seek(struct session *s, int kind_and_direction);
void act_search(struct session *s, int direction);
void act_prompt(struct session *s, int kind);
void act_fold(struct session *s, int fold);
void act_deepest(struct session *s, int unused);
void act_enter(struct session *s, int unused);
void act_bookmark(struct session *s, int unused);
void act_next_bookmark(struct session *s, int direction);
void act_filter_like(struct session *s, int unused);
void act_unfilter(struct session *s, int unused);
void act_help(struct session *s, int unused);
void act_quit(struct session *s, int unused);

/* What is filtered now, on the status line. */
void tell_filter(struct session *s);

/* act_seek's argument: a kind, forwards or backwards */
#define SEEK_AHEAD(kind) ((int)(kind) + 1)
#define SEEK_BACK(kind)	 (-((int)(kind) + 1))

#endif
