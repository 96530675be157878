/* SPDX-License-Identifier: MIT */
/* fredviz list: the runs in the database, one line each. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "event/names.h"
#include "store/store.h"
#include "talk/message.h"
#include "talk/options.h"
#include "talk/text.h"

static const struct command_help help = {
	"list [--db FILE]",
	"Lists the runs in the database, oldest first. Runs with the same boot number come\n"
	"from one boot of the kernel. `result` is the code that the kernel ended with.\n"
	"\n"
	"  fredviz list --db other.db",
};

static void print_run(const struct run *r)
{
	char when[32] = "", name[80], workload[80], result[24] = "-";
	time_t created = (time_t)r->created;
	struct tm tm;

	if (localtime_r(&created, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
	if (r->ended)
		snprintf(result, sizeof(result), "%" PRId64, (int64_t)r->result);
	text_fit(name, sizeof(name), r->name[0] ? r->name : "-", 12);
	text_fit(workload, sizeof(workload), r->workload[0] ? r->workload : "-", 11);
	printf("%4" PRId64 " %4" PRId64 "  %-16s  %s  %s %-4s %-7s  %-7s %9" PRIu64 " %14" PRIu64
	       "  %6s  %s\n",
	       r->id, r->boot, when, name, workload, name_delivery(r->options),
	       name_variant(r->options), name_engine(RUN_ENGINE(r->options)), r->events,
	       r->end_tsc - r->begin_tsc, result, r->incomplete[0] ? r->incomplete : "yes");
}

int cmd_list(int argc, char **argv)
{
	const char *path = DEFAULT_DB;
	const struct option_row rows[] = {
		{"db", "FILE", "run database (default " DEFAULT_DB ")", &path, 0, 0},
		{0, 0, 0, 0, 0, 0},
	};
	int left = options_read(argc, argv, rows, &help);
	struct store store;
	struct run *runs;

	if (left < 0)
		return left == OPTIONS_HELP ? EXIT_OK : EXIT_TROUBLE;
	if (left)
		return fail("list takes no arguments; see `fredviz list --help`");
	if (!store_open(&store, path))
		return EXIT_TROUBLE;
	int count = store_runs(&store, &runs);

	printf(" run boot  made              name          workload    how  variant  engine     "
	       "events   ticks of TSC  result  complete\n");
	for (int i = 0; i < count; i++)
		print_run(&runs[i]);
	free(runs);
	store_close(&store);
	return count < 0 ? EXIT_TROUBLE : EXIT_OK;
}
