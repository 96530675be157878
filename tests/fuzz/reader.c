/* SPDX-License-Identifier: MIT */
/*
 * A fuzzer's target: any bytes as a trace, through packets, records and joining, as far as
 * the database. The first byte says in which pieces the bytes come, as from a socket; a
 * second pass repairs the CRCs, so that what lies behind them is reached, too.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "event/digest.h"
#include "wire/join.h"
#include "wire/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the database would be told, used so that no byte of it may be undefined. */
struct told {
	uint64_t rows, sum;
};

static int take_run(void *ctx, const struct run *run)
{
	struct told *t = ctx;

	t->sum += run->options + run->events + strlen(run->workload) + strlen(run->incomplete);
	return 0;
}

static int take_event(void *ctx, const struct event *e)
{
	struct told *t = ctx;
	struct digest d;

	digest_of(&d, e, e->tsc / 2);
	t->rows++;
	t->sum += d.key + d.flags + e->exit_frame[FRAME_RIP];
	/* Numbers rise, and what an event interrupted came before it */
	if (e->parent >= e->n)
		abort();
	return 0;
}

static int take_late(void *ctx, const struct event *e)
{
	((struct told *)ctx)->sum += e->exit_seq;
	return 0;
}

static int take_step(void *ctx, uint64_t ordinal, uint64_t value, const char *text, uint64_t tsc,
		     uint64_t first_n)
{
	((struct told *)ctx)->sum += ordinal + value + strlen(text) + tsc + first_n;
	return 0;
}

static int take_record(void *ctx, const struct ft_record *r, const char *text, uint64_t after_n)
{
	((struct told *)ctx)->sum += r->word[FT_META] + strlen(text) + after_n;
	return 0;
}

static int take_window(void *ctx, const struct nmi_window *w)
{
	((struct told *)ctx)->sum += w->from_n + w->to_n + w->pending;
	return 0;
}

static const struct sink sink = {take_run,    take_event,  take_late, take_step,
				 take_record, take_window, take_run};

static void read_trace(const uint8_t *data, size_t size, size_t piece)
{
	struct reader reader;
	struct join join;
	struct told told = {0, 0};
	struct item item;
	size_t at = 0;

	reader_init(&reader);
	if (join_init(&join, &sink, &told))
		abort();
	for (bool end = false; !end;) {
		size_t some = size - at < piece ? size - at : piece;
		uint8_t *room = reader_room(&reader, some + 1);

		if (!room)
			abort();
		memcpy(room, data + at, some);
		reader_fed(&reader, some);
		at += some;
		if ((end = at == size))
			reader_end(&reader);
		while (reader_next(&reader, &item) != ITEM_MORE) {
			if (item.kind == ITEM_RECORD)
				join_record(&join, &item.record);
			if (item.kind == ITEM_GAP)
				join_gap(&join, item.cpu, item.lost, item.why);
			if (item.kind == ITEM_BOOT)
				join_end(&join, "another boot");
		}
	}
	join_end(&join, "the end");
	/* Every byte was looked at once, and no event was made up */
	if (reader.count.bytes != size || told.rows > reader.count.records + reader.count.gaps)
		abort();
	join_free(&join);
	reader_free(&reader);
}

/* Where a packet could be, its CRC becomes right. */
static void repair(uint8_t *data, size_t size)
{
	struct ft_packet head;

	for (size_t at = 0; at + sizeof(head) <= size; at++) {
		memcpy(&head, data + at, sizeof(head));
		if (head.magic != FT_MAGIC || at + sizeof(head) + head.length > size)
			continue;
		head.crc = 0;
		memcpy(data + at, &head, sizeof(head));
		head.crc = (uint32_t)crc32(0, data + at, (unsigned)sizeof(head) + head.length);
		memcpy(data + at, &head, sizeof(head));
		at += sizeof(head) + head.length - 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	size_t piece = data[0] ? (size_t)data[0] * data[0] : size;
	uint8_t *copy = malloc(size);

	if (!copy)
		abort();
	read_trace(data + 1, size - 1, piece);
	memcpy(copy, data + 1, size - 1);
	repair(copy, size - 1);
	read_trace(copy, size - 1, piece);
	free(copy);
	return 0;
}
