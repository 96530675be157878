/* SPDX-License-Identifier: MIT */
/* fredviz diff: how two runs differ, in numbers. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "event/names.h"
#include "event/titles.h"
#include "model/summary.h"
#include "model/tally.h"
#include "talk/cancel.h"
#include "talk/message.h"
#include "talk/options.h"
#include "talk/progress.h"

static const struct command_help help = {
	"diff [options] [A B]",
	"Counts how two runs differ, after aligning them by what the events mean. Without\n"
	"arguments: the newest two runs of one boot. Exits with 0 when nothing differs, 1\n"
	"when something does, 2 on trouble.\n"
	"\n"
	"  fredviz diff 3 4                     all differences\n"
	"  fredviz diff --ignore work,nmi 3 4   except software work and NMI states\n"
	"\n"
	"What can differ: only (the other run has no such event), stack, depth, nmi, cause\n"
	"(error code, event data), clobber (a frame was overwritten), return, work.",
};

/* The words of --ignore, in the order of enum difference. "only" is both sides. */
static const char *const words[] = {"only",  "only",	"stack",  "depth", "nmi",
				    "cause", "clobber", "return", "work"};
_Static_assert(sizeof(words) / sizeof(words[0]) == DIFFERENCES, "each has a word");

/* False after a message. */
static bool read_ignore(const char *list, unsigned *ignored)
{
	while (*list) {
		size_t length = strcspn(list, ",");
		bool known = false;

		for (int i = 0; i < DIFFERENCES; i++) {
			if (strlen(words[i]) == length && !strncmp(words[i], list, length)) {
				*ignored |= 1u << i;
				known = true;
			}
		}
		if (!known) {
			fail("--ignore: '%.*s' is none of only, stack, depth, nmi, cause, clobber, "
			     "return, work",
			     (int)length, list);
			return false;
		}
		list += length + (list[length] == ',');
	}
	return true;
}

static void print_kind(const struct tally_kind *k)
{
	char name[NAME_MAX_BYTES];

	if (!k->events[0] && !k->events[1])
		return;
	printf("  %-18s %12" PRIu64 " %12" PRIu64 " %12" PRIu64 " %12" PRIu64 " %12" PRIu64 "\n",
	       k->used ? name_event(k->type, k->vector, name) : "others", k->events[0],
	       k->events[1], k->only[0], k->only[1], k->differ);
}

static int by_number(const void *a, const void *b)
{
	const struct tally_kind *x = a, *y = b;
	uint64_t nx = x->events[0] + x->events[1], ny = y->events[0] + y->events[1];

	return nx < ny ? 1 : nx > ny ? -1 : 0;
}

static void print_tally(struct tally *t, unsigned ignored)
{
	printf("\n  %-26s %12s   %s\n", "rows", "", "first");
	printf("  %-26s %12" PRIu64 "\n", "alike", t->alike);
	for (unsigned i = 0; i < DIFFERENCES; i++) {
		char first[64] = "";

		if (t->count[i] && t->first[i][0] && t->first[i][1])
			snprintf(first, sizeof(first), "%" PRIu64 " | %" PRIu64, t->first[i][0],
				 t->first[i][1]);
		else if (t->count[i])
			snprintf(first, sizeof(first), "%" PRIu64, t->first[i][0] + t->first[i][1]);
		printf("  %-26s %12" PRIu64 "   %s%s\n", difference_name(i), t->count[i], first,
		       t->count[i] && ignored >> i & 1 ? " (ignored)" : "");
	}
	printf("\n  %-18s %12s %12s %12s %12s %12s\n", "event", "in A", "in B", "only in A",
	       "only in B", "differ");
	qsort(t->kind, TALLY_KINDS, sizeof(t->kind[0]), by_number);
	for (int i = 0; i < TALLY_KINDS; i++)
		print_kind(&t->kind[i]);
	if (t->gaps[0] || t->gaps[1])
		printf("  records are missing in %" PRIu64 " and %" PRIu64 " places\n", t->gaps[0],
		       t->gaps[1]);
}

/* False after a message: the user stopped it. */
static bool count_all(struct model *m, struct tally *t)
{
	struct progress progress;
	bool whole = true;

	progress_begin(&progress, "diff (Ctrl-C stops)", 100);
	cancel_begin();
	while (whole && tally_more(m, t)) {
		progress_at(&progress, (uint64_t)(100 * tally_share(m, t)));
		whole = !cancel_wanted();
	}
	cancel_end();
	progress_end(&progress);
	if (!whole)
		fail("diff: stopped; nothing was changed");
	return whole;
}

static int diff(struct model *m, unsigned ignored, bool quiet)
{
	struct tally *t = malloc(sizeof(*t));
	char title[2 * RUN_TEXT + 64];
	int status = EXIT_TROUBLE;

	if (!t)
		return fail("out of memory");
	tally_begin(t);
	if (count_all(m, t) && !m->trouble) {
		int same = store_same_results(m->store, m->side[0].run.id, m->side[1].run.id);

		status = same == 0 || tally_any(t, ~ignored) ? EXIT_DIFFERENT : EXIT_OK;
		for (int side = 0; side < 2 && !quiet; side++) {
			run_title(&m->side[side].run, title, sizeof(title));
			printf("%c: %s\n", "AB"[side], title);
		}
		if (!quiet) {
			print_tally(t, ignored);
			printf("\n  results of the steps: %s\n", summary_results(same));
		}
		if (!quiet && m->approximate)
			printf("  the alignment is approximate: long stretches have little in "
			       "common\n");
	} else if (m->trouble) {
		fail("the database could not be read to its end, or memory is short");
	}
	free(t);
	return status;
}

int cmd_diff(int argc, char **argv)
{
	const char *path = DEFAULT_DB, *ignore = "";
	bool quiet = false;
	const struct option_row rows[] = {
		{"db", "FILE", "run database (default " DEFAULT_DB ")", &path, 0, 0},
		{"ignore", "WORDS", "differences that do not count, with commas", &ignore, 0, 0},
		{"quiet", 0, "only the exit code", 0, 0, &quiet},
		{0, 0, 0, 0, 0, 0},
	};
	int left = options_read(argc, argv, rows, &help), status = EXIT_TROUBLE;
	unsigned ignored = 0;
	struct store store;
	struct run runs[2];
	struct model m;

	if (left < 0)
		return left == OPTIONS_HELP ? EXIT_OK : EXIT_TROUBLE;
	if (left && left != 2)
		return fail("diff needs two runs, or none for the newest two of one boot");
	if (!read_ignore(ignore, &ignored) || !store_open(&store, path))
		return EXIT_TROUBLE;
	int count = store_pick(&store, argv + 1, left, runs);

	if (count == 1)
		fail("the newest boot has one run only; name two (`fredviz list` shows them)");
	if (count == 2 && model_open(&m, &store, runs, 2)) {
		status = diff(&m, ignored, quiet);
		model_close(&m);
	}
	store_close(&store);
	return status;
}
