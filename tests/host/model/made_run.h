/* SPDX-License-Identifier: MIT */
/* Runs in a database of their own, from events that a test makes up, or from `generate`. */
#ifndef MADE_RUN_H
#define MADE_RUN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/load.h"
#include "model/model.h"
#include "store/schema.h"

static char made_folder[64], made_path[128];
static struct store made_store;
static struct model made_model;

static inline int made_begin(void **state)
{
	(void)state;
	strcpy(made_folder, "/tmp/fredlab-model-XXXXXX");
	if (!mkdtemp(made_folder))
		return -1;
	snprintf(made_path, sizeof(made_path), "%s/runs.db", made_folder);
	return 0;
}

static inline int made_end(void **state)
{
	char trace[160];

	(void)state;
	if (made_store.db) {
		model_close(&made_model);
		store_close(&made_store);
	}
	snprintf(trace, sizeof(trace), "%s/made.ftr", made_folder);
	unlink(trace);
	unlink(made_path);
	return rmdir(made_folder);
}

/* A run of these events, numbered as they come; a step begins at each n in `steps`. */
static inline void made_run(struct event *e, size_t count, const uint64_t *steps, size_t step_count)
{
	struct load l;
	struct run run = {.options = 0, .ended = true};
	size_t step = 0;

	assert_int_equal(load_begin(&l, db_open(made_path, DB_WRITE), NULL, "made", ""), 0);
	assert_int_equal(load_sink.begin(&l, &run), 0);
	for (size_t i = 0; i < count; i++) {
		while (steps && step < step_count && steps[step] == i + 1) {
			step++;
			assert_int_equal(load_sink.step(&l, step, step, "made", i, i + 1), 0);
		}
		e[i].n = i + 1;
		e[i].step = step;
		assert_int_equal(load_sink.event(&l, &e[i]), 0);
		run.events += !e[i].gap;
	}
	run.end_tsc = count ? e[count - 1].exit_tsc : 0;
	assert_int_equal(load_sink.end(&l, &run), 0);
	sqlite3 *db = l.db;

	assert_int_equal(load_finish(&l, true), 0);
	db_close(db);
}

/* The program itself: made runs need its commands, which no test of a lower room links. */
static inline int made_program(char **arguments)
{
	int status;
	pid_t child = fork();

	if (!child) {
		execv(FREDVIZ, arguments);
		_exit(127);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Two runs, as `fredviz generate --events N` makes them. */
static inline void made_generated(const char *events)
{
	char trace[160];
	char *make[] = {FREDVIZ, "generate", "--events", (char *)events, trace, NULL};
	char *take[] = {FREDVIZ, "import", "--db", made_path, trace, NULL};

	snprintf(trace, sizeof(trace), "%s/made.ftr", made_folder);
	assert_int_equal(made_program(make), 0);
	assert_int_equal(made_program(take), 0);
}

static inline void made_sql(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(made_path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* The model of runs a and b (0: of a alone). */
static inline struct model *made_open(int64_t a, int64_t b)
{
	struct run runs[2];

	if (made_store.db) {
		model_close(&made_model);
		store_close(&made_store);
	}
	assert_true(store_open(&made_store, made_path));
	assert_true(store_run(&made_store, a, &runs[0]));
	if (b)
		assert_true(store_run(&made_store, b, &runs[1]));
	assert_true(model_open(&made_model, &made_store, runs, b ? 2 : 1));
	return &made_model;
}

#endif
