/* SPDX-License-Identifier: MIT */
/*
 * The views, one source each: each draws itself in an area of the canvas, and some have
 * keys of their own.
 */
#ifndef VIEW_VIEWS_H
#define VIEW_VIEWS_H

#include "screen.h"

void draw_events(struct session *s, struct area area);
void draw_stacks(struct session *s, struct area area);
void draw_time(struct session *s, struct area area);
void draw_frame(struct session *s, struct area area);
void draw_summary(struct session *s, struct area area);
void draw_explain(struct session *s, struct area area);
void draw_sql(struct session *s, struct area area);
void draw_help(struct session *s, struct area area);

/* time */
void act_zoom(struct session *s, int change);
void act_unit(struct session *s, int unused);
void act_column(struct session *s, int columns);

/* frame */
void act_word(struct session *s, int change);

/* sql */
void act_table(struct session *s, int columns);

#endif
