/* SPDX-License-Identifier: MIT */
#include "trace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "talk/message.h"

#define BLOCK (256 * 1024)

static int drain(struct reader *r, int (*take)(void *ctx, const struct item *item), void *ctx)
{
	struct item item;
	int status = 0;

	while (!status && reader_next(r, &item) != ITEM_MORE)
		status = take(ctx, &item);
	return status;
}

static int read_all(struct reader *r, int fd, const char *path,
		    int (*take)(void *ctx, const struct item *item), void *ctx)
{
	int status = 0;

	while (!status) {
		uint8_t *room = reader_room(r, BLOCK);

		if (!room)
			return fail("out of memory");
		ssize_t got = read(fd, room, BLOCK);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail("%s: at byte %" PRIu64 ": %s", path, r->count.bytes,
				    strerror(errno));
		if (got == 0) {
			reader_end(r);
			return drain(r, take, ctx);
		}
		reader_fed(r, (size_t)got);
		status = drain(r, take, ctx);
	}
	return status;
}

int trace_file_read(const char *path, int (*take)(void *ctx, const struct item *item), void *ctx,
		    struct reader_counts *counts)
{
	struct reader reader;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return fail("%s: %s", path, strerror(errno));
	reader_init(&reader);
	int status = read_all(&reader, fd, path, take, ctx);

	if (counts)
		*counts = reader.count;
	reader_free(&reader);
	close(fd);
	return status;
}
