/* SPDX-License-Identifier: MIT */
#include "ring_dump.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "talk/message.h"

static int by_sequence(const void *a, const void *b)
{
	uint64_t x = ((const struct ft_record *)a)->word[FT_COMMIT];
	uint64_t y = ((const struct ft_record *)b)->word[FT_COMMIT];

	return (x > y) - (x < y);
}

int ring_dump_read(const char *path, uint64_t after, struct ft_record **records, size_t *count)
{
	FILE *file = fopen(path, "rb");
	struct ft_record record;
	size_t room = 0;

	*records = NULL;
	*count = 0;
	if (!file)
		return fail("%s: %s", path, strerror(errno));
	while (fread(&record, sizeof(record), 1, file) == 1) {
		unsigned kind = FT_META_KIND(record.word[FT_META]);

		if (kind == 0 || kind > FT_HARM || record.word[FT_COMMIT] <= after)
			continue;
		if (*count == room) {
			room = room ? 2 * room : 1024;
			struct ft_record *more = realloc(*records, room * sizeof(**records));

			if (!more)
				break;
			*records = more;
		}
		(*records)[(*count)++] = record;
	}
	fclose(file);
	if (*count)
		qsort(*records, *count, sizeof(**records), by_sequence);
	return 0;
}
