/* SPDX-License-Identifier: MIT */
/* Which runs a command is about, from its arguments. */
#ifndef PICK_H
#define PICK_H

#include "store.h"

/*
 * words[0..count): none takes the newest two runs of one boot, one or two name runs.
 * Returns how many runs, or 0 after a message.
 */
int pick_runs(struct store *store, char **words, int count, struct run runs[2]);

/* True if the terminal's character set is UTF-8. */
bool pick_utf8(void);

/* "run 3: tour, idt careful, 1234 events" */
void pick_title(const struct run *run, char *to, size_t size);

#endif
