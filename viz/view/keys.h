/* SPDX-License-Identifier: MIT */
/*
 * What the keys do, as a table: the help screen, the list in docs/fredviz.md and the
 * commands behind ':' all come from it.
 */
#ifndef VIEW_KEYS_H
#define VIEW_KEYS_H

#include "view.h"

struct key_row {
	const char *group; /* where it stands in the help */
	const char *keys;  /* by name, blanks between */
	const char *name;  /* ":name" does the same */
	const char *help;
	void (*act)(struct session *s, int argument);
	int argument;
	unsigned views; /* a bit for each view in which it holds; 0 = all */
};

/* NULL beyond the last. */
const struct key_row *key_row(unsigned index);

/* The row of a key in a view, and of a name; NULL if there is none. */
const struct key_row *key_find(int key, enum view_id view);
const struct key_row *key_named(const char *name);

/* curses' code for "PgDn", "^D", "x"; -1 for no such name. */
int key_code(const char *name, size_t length);

/* The table as Markdown. */
void key_list(FILE *to);

/* ---- what they call (view_act.c) ------------------------------------------ */

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
void act_play(struct session *s, int direction);
void act_speed(struct session *s, int change);
void act_until(struct session *s, int change);
void act_mark(struct session *s, int unused);
void act_next_mark(struct session *s, int direction);
void act_zoom(struct session *s, int change);
void act_unit(struct session *s, int unused);
void act_column(struct session *s, int columns);
void act_word(struct session *s, int change);
void act_table(struct session *s, int columns);
void act_filter_like(struct session *s, int unused);
/* What is filtered now, on the status line. */
void tell_filter(struct session *s);
void act_unfilter(struct session *s, int unused);
void act_live(struct session *s, int unused);
void act_help(struct session *s, int unused);
void act_quit(struct session *s, int unused);

/* act_seek's argument: a kind, forwards or backwards */
#define SEEK_AHEAD(kind) ((int)(kind) + 1)
#define SEEK_BACK(kind)	 (-((int)(kind) + 1))

#endif
