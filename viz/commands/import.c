/* SPDX-License-Identifier: MIT */
/* fredviz import: a trace file into the run database. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "event/names.h"
#include "store/intake.h"
#include "talk/cancel.h"
#include "talk/message.h"
#include "talk/options.h"
#include "talk/progress.h"
#include "talk/text.h"

#define BLOCK (256 * 1024)

static const struct command_help help = {
	"import [options] TRACE",
	"Reads a trace file into the run database and prints the numbers of its runs. A\n"
	"boot with delivery=both gives two. Damage is reported with its offset and\n"
	"skipped; a run that is not whole is marked so. Exits with 0 when all was\n"
	"whole, 1 when something was damaged or missing, 2 when nothing could be read.\n"
	"\n"
	"  fredviz import build/demo.ftr && fredviz print",
};

/* Runs that ended while the trace was read; reported when they are safe on disk. */
struct ended {
	struct run *list;
	unsigned count;
};

static void keep_run(void *ctx, const struct run *run)
{
	struct ended *ended = ctx;
	struct run *larger = realloc(ended->list, (ended->count + 1) * sizeof(*larger));

	if (!larger)
		return;
	ended->list = larger;
	larger[ended->count++] = *run;
}

static void tell_run(const struct run *run)
{
	char name[RUN_TEXT], why[RUN_TEXT];

	text_clean(name, sizeof(name), run->workload, sizeof(run->workload));
	text_clean(why, sizeof(why), run->incomplete, sizeof(run->incomplete));
	printf("run %" PRId64 ": %s, %s %s, %" PRIu64 " events%s%s\n", run->id,
	       name[0] ? name : "(workload unknown)", name_delivery(run->options),
	       name_variant(run->options), run->events, why[0] ? ", incomplete: " : "", why);
}

/* 0 at the end of the file, EXIT_TROUBLE after a message. */
static int read_all(struct intake *in, int fd, const char *path)
{
	struct progress progress;
	ssize_t got = 1;
	int error = 0;

	progress_begin(&progress, "import (Ctrl-C stops)", lseek(fd, 0, SEEK_END));
	lseek(fd, 0, SEEK_SET);
	while (!error && got > 0) {
		uint8_t *room = reader_room(&in->reader, BLOCK);

		if (!room)
			return fail("out of memory");
		got = read(fd, room, BLOCK);
		if (got < 0 && errno == EINTR) {
			got = 1;
			continue;
		}
		if (got < 0)
			return fail("%s: at byte %" PRIu64 ": %s; nothing was imported", path,
				    in->reader.count.bytes, strerror(errno));
		reader_fed(&in->reader, (size_t)got);
		error = intake_drain(in);
		progress_at(&progress, in->reader.count.bytes);
		if (!error && cancel_wanted())
			error = fail("%s: stopped at byte %" PRIu64 "; nothing was imported", path,
				     in->reader.count.bytes);
	}
	progress_end(&progress);
	return error;
}

/* What the trace held, when it is known to its end; an exit code. */
static int judge(const char *path, const struct reader_counts *count, unsigned runs, unsigned bad)
{
	if (!count->bytes)
		return fail("%s: the file is empty; did the kernel run with a trace transport?",
			    path);
	if (!count->packets && count->newer)
		return fail("%s: made by a newer fredlab; update fredviz. Nothing was imported",
			    path);
	if (!count->packets)
		return fail("%s: no fredlab trace: no packet in %" PRIu64
			    " bytes. Nothing was imported",
			    path, count->bytes);
	if (!runs)
		return fail("%s: the trace holds no run", path);
	return bad ? EXIT_DIFFERENT : EXIT_OK;
}

static int import(const char *path, int fd, const char *ring, const struct intake_options *options)
{
	struct ended ended = {NULL, 0};
	struct intake in;
	int error = intake_open(&in, options, path);

	if (error)
		return error;
	in.load.ended = keep_run;
	in.load.ended_ctx = &ended;
	cancel_begin();
	error = read_all(&in, fd, path);
	if (!error) {
		/* What is held back as perhaps half a packet counts as read now. */
		reader_end(&in.reader);
		error = intake_drain(&in);
	}
	if (!error && ring)
		error = intake_ring(&in, ring);
	struct reader_counts count = in.reader.count;
	unsigned bad = in.bad;
	int finish = intake_close(&in, !error && (count.packets || ring),
				  "the trace ends before the run does");

	cancel_end();
	for (unsigned i = 0; i < ended.count && !error && !finish; i++)
		tell_run(&ended.list[i]);
	unsigned runs = ended.count;

	free(ended.list);
	if (error || finish)
		return EXIT_TROUBLE;
	/* What a dead machine leaves is cut off, and may be nothing: the ring has the rest */
	return ring && runs ? EXIT_DIFFERENT : judge(path, &count, runs, bad);
}

int cmd_import(int argc, char **argv)
{
	struct intake_options options = {.db = DEFAULT_DB};
	const char *ring = NULL;
	const struct option_row rows[] = {
		{"db", "FILE", "run database (default " DEFAULT_DB ")", &options.db, 0, 0},
		{"kernel", "ELF", "symbols of the kernel (default " DEFAULT_KERNEL ")",
		 &options.kernel, 0, 0},
		{"user", "ELF", "symbols of user tasks (default " DEFAULT_USER ")", &options.user,
		 0, 0},
		{"ring", "FILE",
		 "what of a machine that died lies only in its ring (tools/run --ring)", &ring, 0,
		 0},
		{"name", "TEXT", "a name for these runs in `fredviz list`", &options.name, 0, 0},
		{0, 0, 0, 0, 0, 0},
	};
	int left = options_read(argc, argv, rows, &help);

	if (left < 0)
		return left == OPTIONS_HELP ? EXIT_OK : EXIT_TROUBLE;
	if (left != 1)
		return fail("import needs one trace file; see `fredviz import --help`");
	options.symbols_required = options.kernel || options.user;
	options.kernel = options.kernel ? options.kernel : DEFAULT_KERNEL;
	options.user = options.user ? options.user : DEFAULT_USER;
	int fd = open(argv[1], O_RDONLY);

	if (fd < 0)
		return fail("%s: %s", argv[1], strerror(errno));
	int status = import(argv[1], fd, ring, &options);

	close(fd);
	return status;
}
