/* SPDX-License-Identifier: MIT */
/* Lines that were typed at one kind of prompt; notebook.c keeps them between sessions. */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#define HISTORY_BYTES 512
#define HISTORY_LINES 200

struct history {
	char *line[HISTORY_LINES]; /* oldest first */
	size_t count, fresh;	   /* the last `fresh` of them are not kept yet */
};

/* A line joins the history, unless it is empty or repeats the last. */
void history_add(struct history *h, const char *line, bool fresh);
void history_free(struct history *h);

#endif
