/* SPDX-License-Identifier: MIT */
/* fredviz export: runs for other programs. Whole or not at all: no half file is left. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "export/export.h"
#include "talk/cancel.h"
#include "talk/message.h"
#include "talk/options.h"

#define PATH_BYTES 4096
#define RUNS_MAX   64

static const struct export_format formats[] = {
	{"perfetto", false, export_perfetto}, {"ctf", true, export_ctf},
	{"csv", false, export_csv},	      {"jsonl", false, export_jsonl},
	{"html", false, export_html},
};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

static const struct command_help help = {
	"export --format F --output PATH [RUN...]",
	"Writes runs for other programs, or as a page to read; the newest run when none is\n"
	"named. Whole or not at all: on an error nothing is left at PATH. `--output -` writes\n"
	"to standard output (not ctf, which is a folder).\n"
	"\n"
	"  fredviz export --format html --output report.html 3 4\n"
	"  fredviz export --format csv --output - | head\n"
	"\n"
	"Formats: perfetto (Chrome trace JSON, for ui.perfetto.dev; a tick is shown as 1 ns),\n"
	"ctf (Common Trace Format 1.8, a folder, for babeltrace2), csv, jsonl (one event\n"
	"per line), html (one page without scripts: summary, differences, timelines, stacks).",
};

/* ---- whole or not at all -------------------------------------------------- */

static void remove_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlinkat(dirfd(folder), entry->d_name, 0);
	}
	if (folder)
		closedir(folder);
	rmdir(path);
}

static bool to_folder(struct export *x, const struct export_format *format, const char *path)
{
	char part[PATH_BYTES];

	snprintf(part, sizeof(part), "%s.XXXXXX", path);
	if (!access(path, F_OK))
		return fail("%s is there already; choose another name", path), false;
	if (!mkdtemp(part))
		return fail("%s: %s", path, strerror(errno)), false;
	chmod(part, 0755);
	x->folder = part;
	bool good = format->write(x);

	if (good && rename(part, path)) {
		fail("%s: %s", path, strerror(errno));
		good = false;
	}
	if (!good)
		remove_folder(part);
	return good;
}

/* Writes and closes; false after a message. */
static bool write_out(struct export *x, const struct export_format *format, const char *path)
{
	bool good = format->write(x), wrote = !fflush(x->out) && !ferror(x->out);
	int error = errno;

	if (x->out != stdout)
		wrote = !fclose(x->out) && wrote;
	if (good && !wrote)
		fail("%s: %s; nothing is left of it", path, strerror(error));
	return good && wrote;
}

static bool to_file(struct export *x, const struct export_format *format, const char *path,
		    bool force)
{
	char part[PATH_BYTES];
	struct stat st;
	bool there = !stat(path, &st);

	/* A device or a pipe is written as it is */
	if (there && !S_ISREG(st.st_mode)) {
		x->out = fopen(path, "w");
		return x->out ? write_out(x, format, path)
			      : (fail("%s: %s", path, strerror(errno)), false);
	}
	if (there && !force)
		return fail("%s is there already; choose another name, or give --force", path),
		       false;
	snprintf(part, sizeof(part), "%s.XXXXXX", path);
	int fd = mkstemp(part);

	x->out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!x->out) {
		fail("%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	fchmod(fd, 0644);
	bool good = write_out(x, format, path);

	if (good && rename(part, path)) {
		fail("%s: %s", path, strerror(errno));
		good = false;
	}
	if (!good)
		unlink(part);
	return good;
}

static int export(struct export *x, const struct export_format *format, const char *path,
		  bool force)
{
	bool good;

	if (strlen(path) > PATH_BYTES - 16)
		return fail("--output: the name is too long");
	for (int i = 0; i < x->count; i++)
		x->total += x->runs[i].events + x->runs[i].gaps;
	progress_begin(&x->progress, "export (Ctrl-C stops)", (int64_t)x->total);
	cancel_begin();
	if (format->folder) {
		good = strcmp(path, "-") != 0
			       ? to_folder(x, format, path)
			       : (fail("%s is a folder: name one", format->name), false);
	} else if (!strcmp(path, "-")) {
		x->out = stdout;
		good = write_out(x, format, "standard output");
	} else {
		good = to_file(x, format, path, force);
	}
	cancel_end();
	progress_end(&x->progress);
	return good ? EXIT_OK : EXIT_TROUBLE;
}

static const struct export_format *find_format(const char *name)
{
	char names[128];

	for (size_t i = 0; i < FORMATS; i++) {
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	}
	for (size_t i = 0, used = 0; i < FORMATS && used < sizeof(names); i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "",
					 formats[i].name);
	fail("--format: '%s' is none of %s", name, names);
	return NULL;
}

/* The runs that are named, or the newest one; 0 after a message. */
static int find_runs(struct store *store, char **words, int count, struct run *runs)
{
	if (count > RUNS_MAX) {
		fail("at most %d runs at once", RUNS_MAX);
		return 0;
	}
	if (!count)
		return store_find(store, "latest", &runs[0]);
	for (int i = 0; i < count; i++) {
		if (!store_find(store, words[i], &runs[i]))
			return 0;
	}
	return count;
}

int cmd_export(int argc, char **argv)
{
	const char *db = DEFAULT_DB, *name = NULL, *path = NULL;
	bool force = false;
	const struct option_row rows[] = {
		{"db", "FILE", "run database (default " DEFAULT_DB ")", &db, 0, 0},
		{"format", "F", "perfetto, ctf, csv, jsonl or html", &name, 0, 0},
		{"output", "PATH", "where to; - is standard output", &path, 0, 0},
		{"force", 0, "replace a file that is there", 0, 0, &force},
		{0, 0, 0, 0, 0, 0},
	};
	int left = options_read(argc, argv, rows, &help), status = EXIT_TROUBLE;
	struct store store;
	struct run *runs;

	if (left < 0)
		return left == OPTIONS_HELP ? EXIT_OK : EXIT_TROUBLE;
	if (!name || !path)
		return fail("export needs --format and --output; see `fredviz export --help`");
	const struct export_format *format = find_format(name);

	if (!format || !store_open(&store, db))
		return EXIT_TROUBLE;
	runs = calloc(RUNS_MAX, sizeof(*runs));
	struct export x = {.store = &store, .runs = runs};

	x.count = runs ? find_runs(&store, argv + 1, left, runs) : 0;
	if (x.count > 0 && store_hold(&store, true))
		status = export(&x, format, path, force);
	free(runs);
	store_close(&store);
	return status;
}
