/* SPDX-License-Identifier: MIT */
/* What Tab offers at the prompt: commands, their words, and the tables of the database. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "complete.h"
#include "keys.h"
#include "screen.h"

static const char *command_word(unsigned index)
{
	unsigned commands = 0;

	while (command_row(commands))
		commands++;
	if (index < commands)
		return command_row(index)->name;
	return key_row(index - commands) ? key_row(index - commands)->name : NULL;
}

static const char *view_word(unsigned index)
{
	return index < VIEWS ? view_row(index)->name : NULL;
}

static const char *until_word(unsigned index)
{
	return index <= SEEK_KINDS ? seek_name((enum seek_kind)index) : NULL;
}

static const char *field_word(unsigned index)
{
	return filter_name(index);
}

static const struct {
	const char *after; /* the line begins so */
	const char *(*word)(unsigned index);
	const char *tail; /* what stands behind a completed word */
} lists[] = {
	{"filter ", field_word, "="},
	{"view ", view_word, ""},
	{"until ", until_word, ""},
	{"", command_word, " "},
};

/* The index-th word that begins as the line's last word does, in place of it. */
static const char *replace_last(const char *stem, const char *(*word)(unsigned), const char *tail,
				unsigned index)
{
	static char line[PROMPT_BYTES];
	const char *blank = strrchr(stem, ' '), *last = blank ? blank + 1 : stem;
	const char *candidate;

	for (unsigned i = 0; (candidate = word(i)); i++) {
		if (strncmp(candidate, last, strlen(last)) != 0 || index--)
			continue;
		snprintf(line, sizeof(line), "%.*s%s%s", (int)(last - stem), stem, candidate, tail);
		return line;
	}
	return NULL;
}

const char *command_complete(const char *stem, enum prompt_kind kind, unsigned index)
{
	if (kind == PROMPT_SQL)
		return replace_last(stem, query_word, "", index);
	if (kind != PROMPT_COMMAND)
		return NULL;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const char *after = lists[i].after;

		if (!strncmp(stem, after, strlen(after)) && (after[0] || !strchr(stem, ' ')))
			return replace_last(stem, lists[i].word, lists[i].tail, index);
	}
	return NULL;
}
