/* SPDX-License-Identifier: MIT */
/*
 * fredviz tail: the last events before an end that came too soon, from the trace file and,
 * newer, from a dump of the kernel's ring memory.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "event/event.h"
#include "event/names.h"
#include "event/symbols.h"
#include "talk/message.h"
#include "talk/options.h"
#include "talk/text.h"
#include "wire/ring_dump.h"
#include "wire/trace_file.h"

#define LAST_MAX 10000

static const struct command_help help = {
	"tail [options] [TRACE]",
	"Prints the last events of a trace file, then those that lie only in the ring: a raw\n"
	"dump of the kernel's memory at trace_rings (tools/run makes one when a run hangs\n"
	"or dies). Steps and recorded harm stand between them.\n"
	"\n"
	"  fredviz tail --last 20 build/demo.ftr",
};

/* The newest records that are worth a line, oldest first from `begin` on. */
struct tail {
	struct ft_record *record;
	uint64_t count, last;
	uint64_t sequence; /* one beyond the newest record seen */
	bool damaged;	   /* something is missing in the trace */
};

static bool worth_a_line(unsigned kind)
{
	return kind == FT_ENTRY || kind == FT_EXIT || kind == FT_MARK || kind == FT_RUN ||
	       kind == FT_HARM || kind == FT_END;
}

static void keep(struct tail *tail, const struct ft_record *record)
{
	if (record->word[FT_COMMIT] > tail->sequence)
		tail->sequence = record->word[FT_COMMIT];
	if (worth_a_line(FT_META_KIND(record->word[FT_META])))
		tail->record[tail->count++ % tail->last] = *record;
}

static int take(void *ctx, const struct item *item)
{
	if (item->kind == ITEM_RECORD)
		keep(ctx, &item->record);
	return 0;
}

/* What the file had already is left out. */
static int read_ring(struct tail *tail, const char *path)
{
	struct ft_record *record;
	size_t count;
	int error = ring_dump_read(path, tail->sequence, &record, &count);

	for (size_t i = 0; i < count; i++)
		keep(tail, &record[i]);
	free(record);
	return error;
}

static void print_place(struct symbols *symbols, uint64_t rip)
{
	struct symbol symbol;

	printf(" at 0x%" PRIx64, rip);
	if (!symbols || !symbols_find(symbols, rip, &symbol))
		return;
	printf(" %s+0x%" PRIx64, symbol.function, symbol.offset);
	if (symbol.file[0])
		printf(" (%s:%d)", symbol.file, symbol.line);
}

static void print_event(const uint64_t *w, struct symbols *symbols)
{
	char name[NAME_MAX_BYTES];
	unsigned nmi = FT_META_NMI(w[FT_META]);
	int indent = (int)FT_META_DEPTH(w[FT_META]) * 2;

	name_event(frame_type(w + FT_FRAME), frame_vector(w + FT_FRAME), name);
	printf("%*s%s %s", indent, "", FT_META_KIND(w[FT_META]) == FT_ENTRY ? "->" : "<-", name);
	print_place(symbols, w[FT_FRAME + FRAME_RIP]);
	if (w[FT_FRAME + FRAME_ERROR])
		printf(", error 0x%" PRIx64, w[FT_FRAME + FRAME_ERROR]);
	if (w[FT_FRAME + FRAME_DATA])
		printf(", data 0x%" PRIx64, w[FT_FRAME + FRAME_DATA]);
	printf(", task %u, %s%s%s", FT_META_TASK(w[FT_META]), name_stack(FT_META_STACK(w[FT_META])),
	       nmi & FT_NMI_BLOCKED ? ", NMIs blocked" : "",
	       nmi & FT_NMI_PENDING ? ", one waits" : "");
}

static void print_record(const struct ft_record *record, struct symbols *symbols)
{
	const uint64_t *w = record->word;
	unsigned kind = FT_META_KIND(w[FT_META]);
	char text[FT_TEXT_BYTES + 1];

	text_clean(text, sizeof(text), (const char *)(w + FT_FRAME), FT_TEXT_BYTES);
	printf("  %6" PRIu64 " ", w[FT_COMMIT] - 1);
	if (kind == FT_ENTRY || kind == FT_EXIT)
		print_event(w, symbols);
	else if (kind == FT_MARK)
		printf("step %" PRIu64 ": %s", w[FT_VALUE], text);
	else if (kind == FT_RUN)
		printf("run begins: %s, %s", text, name_delivery(w[FT_VALUE]));
	else if (kind == FT_END)
		printf("run ends with code %" PRIu64, w[FT_VALUE]);
	else
		printf("harm to event %" PRIu64 ", kind %u", w[FT_EVENT], (unsigned)w[FT_AUX]);
	putchar('\n');
}

static int tail_print(struct tail *tail, struct symbols *symbols)
{
	uint64_t shown = tail->count < tail->last ? tail->count : tail->last;

	if (!shown)
		printf("  no event was recorded\n");
	for (uint64_t i = tail->count - shown; i < tail->count; i++)
		print_record(&tail->record[i % tail->last], symbols);
	return tail->damaged ? EXIT_DIFFERENT : EXIT_OK;
}

/* A trace that ends in mid-packet, or is still empty, is what a dead machine leaves: with the ring
 * beside it that is no trouble. Alone it is. */
static int read_both(struct tail *tail, const char *trace, const char *ring)
{
	struct reader_counts counts = {0};

	if (trace && trace_file_read(trace, take, tail, &counts))
		return EXIT_TROUBLE;
	if (ring)
		return read_ring(tail, ring);
	if (!counts.packets && counts.newer)
		return fail("%s: made by a newer fredlab; update fredviz", trace);
	if (!counts.packets)
		return fail("%s: no fredlab trace: no packet in %" PRIu64 " bytes", trace,
			    counts.bytes);
	tail->damaged = counts.damages || counts.gaps || counts.newer;
	return 0;
}

int cmd_tail(int argc, char **argv)
{
	const char *ring = NULL, *kernel = NULL, *user = NULL;
	uint64_t last = 12;
	const struct option_row rows[] = {
		{"ring", "FILE", "a dump of the memory at trace_rings", &ring, 0, 0},
		{"last", "N", "how many lines (default 12)", 0, &last, 0},
		{"kernel", "ELF", "symbols of the kernel (default " DEFAULT_KERNEL ")", &kernel, 0,
		 0},
		{"user", "ELF", "symbols of user tasks (default " DEFAULT_USER ")", &user, 0, 0},
		{0, 0, 0, 0, 0, 0},
	};
	int left = options_read(argc, argv, rows, &help);

	if (left < 0)
		return left == OPTIONS_HELP ? EXIT_OK : EXIT_TROUBLE;
	if (left > 1 || (left == 0 && !ring))
		return fail("tail needs a trace file, or --ring FILE; see `fredviz tail --help`");
	if (last < 1 || last > LAST_MAX)
		return fail("--last: a number from 1 to %d", LAST_MAX);

	struct tail tail = {.record = calloc(last, sizeof(*tail.record)), .last = last};
	struct symbols *symbols = symbols_open(kernel ? kernel : DEFAULT_KERNEL,
					       user ? user : DEFAULT_USER, kernel || user);
	int status =
		tail.record ? read_both(&tail, left ? argv[1] : NULL, ring) : fail("out of memory");

	if (!status)
		status = tail_print(&tail, symbols);
	symbols_close(symbols);
	free(tail.record);
	return status;
}
