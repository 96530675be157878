/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

#define WRONG (-2)

static void print_help(const struct option_row *rows, const struct command_help *help)
{
	printf("usage: fredviz %s\n\n%s\n", help->usage, help->text);
	if (rows->name)
		printf("\noptions:\n");
	for (; rows->name; rows++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", rows->name, rows->argument ? " " : "",
			 rows->argument ? rows->argument : "");
		printf("  %-22s %s\n", left, rows->help);
	}
}

static const struct option_row *find(const struct option_row *rows, const char *name, size_t len)
{
	for (; rows->name; rows++) {
		if (strlen(rows->name) == len && !strncmp(rows->name, name, len))
			return rows;
	}
	return NULL;
}

static int take(const struct option_row *row, const char *value)
{
	char *end;

	if (row->flag) {
		*row->flag = true;
		return 0;
	}
	if (row->text) {
		*row->text = value;
		return 0;
	}
	errno = 0;
	if (!value)
		value = "";
	*row->number = strtoull(value, &end, 0);
	if (!errno && end != value && !*end && value[0] != '-')
		return 0;
	fail("--%s: '%s' is not a number", row->name, value);
	return WRONG;
}

int options_read(int argc, char **argv, const struct option_row *rows,
		 const struct command_help *help)
{
	int left = 0;
	bool only_arguments = false;

	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];

		if (only_arguments || word[0] != '-' || !word[1]) {
			argv[++left] = argv[i];
			continue;
		}
		if (!strcmp(word, "--")) {
			only_arguments = true;
			continue;
		}
		if (!strcmp(word, "--help") || !strcmp(word, "-h")) {
			print_help(rows, help);
			return OPTIONS_HELP;
		}
		const char *name = word + 2, *equals = strchr(word, '=');
		const struct option_row *row = NULL;

		if (word[1] == '-')
			row = find(rows, name, equals ? (size_t)(equals - name) : strlen(name));
		if (!row || (equals && !row->argument)) {
			fail("unknown option '%s'; see `fredviz %s --help`", word, argv[0]);
			return WRONG;
		}
		const char *value = equals ? equals + 1 : NULL;

		if (row->argument && !value) {
			if (++i == argc) {
				fail("%s needs %s", word, row->argument);
				return WRONG;
			}
			value = argv[i];
		}
		if (take(row, value))
			return WRONG;
	}
	return left;
}
