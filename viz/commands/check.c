/* SPDX-License-Identifier: MIT */
/* fredviz check: is a trace file whole, and what does an event cost on the wire? */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "talk/message.h"
#include "talk/options.h"
#include "wire/trace_file.h"

static const struct command_help help = {
	"check FILE",
	"Verifies every packet of a trace file (numbers, CRC, lengths, records) and prints\n"
	"what it holds. Exits with 0 when it is whole, 1 when anything is damaged, missing\n"
	"or was lost, 2 when it is no trace at all.\n"
	"\n"
	"  fredviz check build/demo.ftr",
};

static int tell(void *ctx, const struct item *item)
{
	const char *path = ctx;

	switch (item->kind) {
	case ITEM_GAP:
		if (item->lost >= 0)
			printf("%s: at byte %" PRIu64 ": %" PRId64 " records missing: %s\n", path,
			       item->offset, item->lost, item->why);
		else
			printf("%s: at byte %" PRIu64 ": %s\n", path, item->offset, item->why);
		break;
	case ITEM_DAMAGE:
		printf("%s: at byte %" PRIu64 ": %s (%" PRIu64 " bytes skipped)\n", path,
		       item->offset, item->why, item->bytes);
		break;
	case ITEM_NEWER:
		printf("%s: at byte %" PRIu64 ": format version %u, this fredviz reads %d\n", path,
		       item->offset, item->version, FT_VERSION);
		break;
	default: break;
	}
	return 0;
}

static int summary(const char *path, const struct reader_counts *c)
{
	uint64_t pairs = (c->entries + c->exits) / 2;
	uint64_t bad = c->damages + c->gaps + c->newer;

	if (!c->packets && !c->newer)
		return fail("%s: no fredlab trace: no packet in %" PRIu64 " bytes", path, c->bytes);
	printf("bytes            %12" PRIu64 "\n", c->bytes);
	printf("packets          %12" PRIu64 "\n", c->packets);
	printf("records          %12" PRIu64 "\n", c->records);
	printf("events           %12" PRIu64 "   (entries; %" PRIu64 " exits)\n", c->entries,
	       c->exits);
	if (pairs)
		printf("bytes per event  %12.1f   (entry and exit, everything else included)\n",
		       (double)c->bytes / (double)pairs);
	printf("lost records     %12" PRIu64 "   (said by the kernel)\n", c->lost);
	printf("missing records  %12" PRIu64 "   (said by the packets' numbers)\n", c->missing);
	printf("gaps             %12" PRIu64 "\n", c->gaps);
	printf("damaged places   %12" PRIu64 "   (%" PRIu64 " bytes)\n", c->damages,
	       c->damaged_bytes);
	printf("%s\n", bad ? "damaged or incomplete" : "whole");
	return bad ? EXIT_DIFFERENT : EXIT_OK;
}

int cmd_check(int argc, char **argv)
{
	const struct option_row rows[] = {{0, 0, 0, 0, 0, 0}};
	int left = options_read(argc, argv, rows, &help);
	struct reader_counts counts;

	if (left < 0)
		return left == OPTIONS_HELP ? EXIT_OK : EXIT_TROUBLE;
	if (left != 1)
		return fail("check needs one trace file; see `fredviz check --help`");
	if (trace_file_read(argv[1], tell, argv[1], &counts))
		return EXIT_TROUBLE;
	return summary(argv[1], &counts);
}
