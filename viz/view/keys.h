/* SPDX-License-Identifier: MIT */
/*
 * What the keys do, as a table: the help screen, the list in docs/fredviz.md and the
 * commands behind ':' all come from it.
 */
#ifndef VIEW_KEYS_H
#define VIEW_KEYS_H

#include "session.h"

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

/* False: nothing is bound to the key. */
bool key_act(struct session *s, int key);

/* curses' code for "PgDn", "^D", "x"; -1 for no such name. */
int key_code(const char *name, size_t length);

/* The table as Markdown. */
void key_list(FILE *to);

#endif
