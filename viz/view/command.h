/* SPDX-License-Identifier: MIT */
/* The commands behind ':', as a table. */
#ifndef VIEW_COMMAND_H
#define VIEW_COMMAND_H

#include "view.h"

struct command_row {
	const char *name, *argument, *help;
	void (*run)(struct session *s, const char *words);
};

/* NULL beyond the last. */
const struct command_row *command_row(unsigned index);

/* The line in the prompt is finished: do what it says. */
void prompt_done(struct session *s);

/* What Tab offers: a prompt_complete. */
const char *command_complete(const char *stem, enum prompt_kind kind, unsigned index);

#endif
