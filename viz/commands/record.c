/* SPDX-License-Identifier: MIT */
/* fredviz record: a running kernel's trace into the run database, as it comes. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "event/names.h"
#include "store/intake.h"
#include "talk/message.h"
#include "talk/options.h"
#include "talk/progress.h"
#include "wire/source.h"

#define BLOCK	  (256 * 1024)
#define WAIT_MS	  100
#define COMMIT_MS 1000 /* so much is lost at most when the recorder is killed */
#define HALF(run) ((run)->options >> FT_RUN_HALF_SHIFT & 0xff)
#define LAST_HALF 2

static const struct command_help help = {
	"record [options] --socket PATH | --listen PATH | --file PATH",
	"Takes a running kernel's trace into the run database until the run ends, the\n"
	"machine goes away, or Ctrl-C. What arrived is committed every second.\n"
	"\n"
	"  tools/run --trace-socket /tmp/t.sock &  fredviz record --socket /tmp/t.sock",
};

struct recorder {
	struct intake in;
	struct progress progress;
	const char *path;
	int fd, out;
	bool follows;	  /* a file: its end is not the trace's */
	bool ended;	  /* the last run of the boot has come to its end */
	uint64_t started; /* ms, when the first byte came */
	uint64_t committed, events, quiet_ms;
	const char *ring; /* NULL: none */
	struct timespec ring_seen;
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

static void run_ended(void *ctx, const struct run *run)
{
	struct recorder *r = ctx;

	r->events += run->events;
	if (!run->incomplete[0] && (HALF(run) == 0 || HALF(run) == LAST_HALF))
		r->ended = true;
	printf("run %" PRId64 ": %s %s, %" PRIu64 " events%s%s\n", run->id,
	       name_delivery(run->options), name_variant(run->options), run->events,
	       run->incomplete[0] ? ", incomplete: " : "", run->incomplete);
	fflush(stdout);
}

static int copy_out(struct recorder *r, const uint8_t *bytes, size_t length)
{
	while (r->out >= 0 && length) {
		ssize_t put = write(r->out, bytes, length);

		if (put < 0 && errno != EINTR)
			return fail("--out: %s; what arrived so far is in the database",
				    strerror(errno));
		if (put > 0) {
			bytes += put;
			length -= (size_t)put;
		}
	}
	return 0;
}

static void show(struct recorder *r)
{
	char text[96];

	if (!progress_due(&r->progress))
		return;
	snprintf(text, sizeof(text), "%" PRIu64 " events, %" PRIu64 " records lost (Ctrl-C ends)",
		 r->in.reader.count.entries, r->in.reader.count.lost);
	progress_text(&r->progress, text);
}

static int commit_if_due(struct recorder *r)
{
	uint64_t now = progress_clock();

	if (now < r->committed + COMMIT_MS)
		return 0;
	r->committed = now;
	return intake_commit(&r->in);
}

/* 1: go on, 0: the input is at its end, -1 after a message. */
static int take_block(struct recorder *r)
{
	struct pollfd wait = {.fd = r->fd, .events = POLLIN};
	uint8_t *room = reader_room(&r->in.reader, BLOCK);
	ssize_t got;

	if (!room)
		return fail("out of memory"), -1;
	if (!r->follows && poll(&wait, 1, WAIT_MS) == 0)
		return 1;
	got = read(r->fd, room, BLOCK);
	if (got < 0)
		return errno == EINTR ? 1 : (fail("%s: %s", r->path, strerror(errno)), -1);
	if (got == 0 && !r->follows)
		return 0;
	if (got == 0) {
		poll(NULL, 0, WAIT_MS);
		return 1;
	}
	if (!r->started)
		r->started = progress_clock();
	r->quiet_ms = progress_clock();
	if (copy_out(r, room, (size_t)got))
		return -1;
	reader_fed(&r->in.reader, (size_t)got);
	return intake_drain(&r->in) ? -1 : 1;
}

/* A held kernel's ring, each time that gdb wrote it again. */
static int take_ring(struct recorder *r)
{
	struct stat now;

	if (!r->ring || stat(r->ring, &now) ||
	    (now.st_mtim.tv_sec == r->ring_seen.tv_sec &&
	     now.st_mtim.tv_nsec == r->ring_seen.tv_nsec))
		return 0;
	r->ring_seen = now.st_mtim;
	if (intake_ring(&r->in, r->ring))
		return -1;
	r->quiet_ms = progress_clock();
	r->committed = 0; /* a user who holds a kernel wants to see it now */
	return 0;
}

static int record_all(struct recorder *r, uint64_t idle_seconds)
{
	struct stat old;

	r->committed = r->quiet_ms = progress_clock();
	if (r->ring && !stat(r->ring, &old))
		r->ring_seen = old.st_mtim; /* of another kernel */
	progress_begin(&r->progress, "record", 0);
	while (!stop && !r->ended) {
		int more = take_block(r);

		if (more <= 0)
			return more;
		show(r);
		if (take_ring(r) || commit_if_due(r))
			return -1;
		if (idle_seconds && progress_clock() > r->quiet_ms + idle_seconds * 1000) {
			complain("%s: no data for %" PRIu64 " s; recording ends", r->path,
				 idle_seconds);
			return 0;
		}
	}
	return 0;
}

static int finish(struct recorder *r, int status)
{
	struct reader_counts count = r->in.reader.count;
	unsigned bad;
	int error;

	progress_end(&r->progress);
	error = intake_close(&r->in, true,
			     stop ? "the recording was stopped"
				  : "the trace ends before the run does");
	bad = r->in.bad;
	if (error || status < 0)
		return EXIT_TROUBLE;
	if (!count.packets)
		return fail("%s: no fredlab trace arrived", r->path);
	double seconds = (double)(progress_clock() - r->started) / 1000;

	printf("%" PRIu64 " events in %.2f s, %.0f a second, %" PRIu64 " records lost\n", r->events,
	       seconds, (double)r->events / (seconds > 0 ? seconds : 1),
	       count.lost + count.missing);
	return bad || !r->ended ? EXIT_DIFFERENT : EXIT_OK;
}

static int record(struct recorder *r, const struct intake_options *options, uint64_t idle)
{
	struct sigaction act = {.sa_handler = on_signal};
	int error = intake_open(&r->in, options, r->path);

	if (error)
		return error;
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	r->in.load.ended = run_ended;
	r->in.load.ended_ctx = r;
	return finish(r, record_all(r, idle));
}

static int open_out(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0)
		fail("%s: %s%s", path, strerror(errno),
		     errno == EEXIST ? "; choose another name, nothing is overwritten" : "");
	return fd;
}

int cmd_record(int argc, char **argv)
{
	struct intake_options options = {.readers = true, .db = DEFAULT_DB};
	const char *socket = NULL, *listen = NULL, *file = NULL, *out = NULL;
	uint64_t wait = 10, idle = 60;
	struct recorder r = {.out = -1};
	const struct option_row rows[] = {
		{"db", "FILE", "run database (default " DEFAULT_DB ")", &options.db, 0, 0},
		{"socket", "PATH", "connect to this Unix socket", &socket, 0, 0},
		{"listen", "PATH", "make this Unix socket, let the machine connect", &listen, 0, 0},
		{"file", "PATH", "follow this file while it grows", &file, 0, 0},
		{"out", "FILE", "keep the bytes as they came, too", &out, 0, 0},
		{"wait", "S", "seconds to wait for the machine (default 10)", 0, &wait, 0},
		{"idle", "S", "end after that many seconds without data (default 60; 0: never)", 0,
		 &idle, 0},
		{"ring", "FILE", "take what a kernel held by gdb has not sent; gdb writes it there",
		 &r.ring, 0, 0},
		{"kernel", "ELF", "symbols of the kernel (default " DEFAULT_KERNEL ")",
		 &options.kernel, 0, 0},
		{"user", "ELF", "symbols of user tasks (default " DEFAULT_USER ")", &options.user,
		 0, 0},
		{"name", "TEXT", "a name for these runs in `fredviz list`", &options.name, 0, 0},
		{0, 0, 0, 0, 0, 0},
	};
	int left = options_read(argc, argv, rows, &help), status;

	if (left < 0)
		return left == OPTIONS_HELP ? EXIT_OK : EXIT_TROUBLE;
	if (left || !!socket + !!listen + !!file != 1)
		return fail("record needs one of --socket, --listen, --file; see "
			    "`fredviz record --help`");
	r.follows = file != NULL;
	r.path = socket ? socket : listen ? listen : file;
	options.symbols_required = options.kernel || options.user;
	options.kernel = options.kernel ? options.kernel : DEFAULT_KERNEL;
	options.user = options.user ? options.user : DEFAULT_USER;
	if (out && (r.out = open_out(out)) < 0)
		return EXIT_TROUBLE;
	r.fd = (socket	 ? source_connect
		: listen ? source_listen
			 : source_follow)(r.path, (unsigned)wait, &stop);
	status = r.fd < 0 ? EXIT_TROUBLE : record(&r, &options, idle);
	if (r.fd >= 0)
		close(r.fd);
	if (r.out >= 0 && close(r.out))
		status = fail("%s: %s", out, strerror(errno));
	return status;
}
