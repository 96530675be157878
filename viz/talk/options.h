/* SPDX-License-Identifier: MIT */
/* Command line options by table: every command lists its own, once, with its help. */
#ifndef TALK_OPTIONS_H
#define TALK_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct option_row {
	const char *name;     /* without "--" */
	const char *argument; /* NULL = a switch; else its name in the help */
	const char *help;
	const char **text; /* where it goes: one of the three */
	uint64_t *number;
	bool *flag;
};

struct command_help {
	const char *usage; /* what follows "usage: fredviz " */
	const char *text;  /* what it does, with examples */
};

#define OPTIONS_HELP (-1)

/*
 * Takes the options out of argv[1..]; what is left moves to the front of argv (from
 * index 1). Returns the number of arguments left, OPTIONS_HELP when help was asked for
 * and printed, or -2 after a message.
 */
int options_read(int argc, char **argv, const struct option_row *rows,
		 const struct command_help *help);

#endif
