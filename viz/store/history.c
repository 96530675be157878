/* SPDX-License-Identifier: MIT */
#include "history.h"

#include <stdlib.h>
#include <string.h>

void history_add(struct history *h, const char *line, bool fresh)
{
	char *copy;

	if (!line[0] || (h->count && !strcmp(h->line[h->count - 1], line)))
		return;
	copy = strdup(line);
	if (!copy)
		return;
	if (h->count == HISTORY_LINES) {
		free(h->line[0]);
		memmove(h->line, h->line + 1, (HISTORY_LINES - 1) * sizeof(*h->line));
		h->count--;
	}
	h->line[h->count++] = copy;
	h->fresh += fresh && h->fresh < HISTORY_LINES;
}

void history_free(struct history *h)
{
	for (size_t i = 0; i < h->count; i++)
		free(h->line[i]);
	memset(h, 0, sizeof(*h));
}
