/* SPDX-License-Identifier: MIT */
/* The commands behind ':', as a table. */
#ifndef VIEW_COMMAND_H
#define VIEW_COMMAND_H

#include "session.h"

struct command_row {
	const char *name, *argument, *help;
	void (*run)(struct session *s, const char *words);
};

/* NULL beyond the last. */
const struct command_row *command_row(unsigned index);

/* A line typed at ':' */
void command_run(struct session *s, const char *line);

/* The line in the prompt is finished: do what it says. */
void prompt_done(struct session *s);

#endif
