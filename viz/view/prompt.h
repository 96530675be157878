/* SPDX-License-Identifier: MIT */
/*
 * A line that is being typed: editing, history, completion. Draws nothing and keeps
 * nothing: history is handed in and read out (store/notebook.c keeps it).
 */
#ifndef VIEW_PROMPT_H
#define VIEW_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "store/history.h"

enum prompt_kind { PROMPT_NONE, PROMPT_SEARCH, PROMPT_COMMAND, PROMPT_SQL, PROMPT_KINDS };

enum prompt_result { PROMPT_GOES_ON, PROMPT_DONE, PROMPT_CANCELLED };

#define PROMPT_BYTES HISTORY_BYTES

struct prompt {
	enum prompt_kind kind;
	char text[PROMPT_BYTES], stem[PROMPT_BYTES];
	size_t at; /* bytes before the cursor */
	struct history history[PROMPT_KINDS];
	size_t back;	     /* lines that Up went back */
	unsigned completion; /* how often Tab was pressed since the last change */
};

/* '/', ':' or ';' */
char prompt_sign(enum prompt_kind kind);

void prompt_open(struct prompt *p, enum prompt_kind kind, const char *text);
void prompt_free(struct prompt *p);

/* The index-th whole line that `stem` may become; NULL beyond the last. */
typedef const char *prompt_complete(const char *stem, enum prompt_kind kind, unsigned index);

/* Takes a key (curses' codes, UTF-8 byte by byte). Done: text holds the line. */
enum prompt_result prompt_key(struct prompt *p, int key, prompt_complete *complete);

#endif
