/* SPDX-License-Identifier: MIT */
#include "load.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "event/names.h"
#include "load_event.h"
#include "schema.h"
#include "talk/message.h"

/*
 * One statement that runs seldom. types: one letter per value, 'i' = int64_t,
 * 's' = const char *, 'z' = const char * or NULL for an SQL NULL.
 */
static int run_once(struct load *l, const char *sql, const char *types, ...)
{
	sqlite3_stmt *statement = db_prepare(l->db, sql);
	va_list args;
	int status;

	if (!statement)
		return EXIT_TROUBLE;
	va_start(args, types);
	for (int i = 0; types[i]; i++) {
		if (types[i] == 'i')
			sqlite3_bind_int64(statement, i + 1, va_arg(args, int64_t));
		else
			sqlite3_bind_text(statement, i + 1, va_arg(args, const char *), -1,
					  SQLITE_TRANSIENT);
	}
	va_end(args);
	sqlite3_step(statement);
	status = sqlite3_finalize(statement);
	return status == SQLITE_OK ? 0 : db_fail(l->db, "import");
}

static int64_t next_number(struct load *l, const char *sql)
{
	sqlite3_stmt *statement = db_prepare(l->db, sql);
	int64_t number = 1;

	if (statement && sqlite3_step(statement) == SQLITE_ROW)
		number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return number;
}

static int write_head(struct load *l)
{
	const struct run *r = &l->run;
	int error = run_once(l,
			     "UPDATE run SET events=?, gaps=?, lost=?, begin_tsc=?, end_tsc=?,"
			     " incomplete=? WHERE id=?",
			     "iiiiizi", (int64_t)r->events, (int64_t)r->gaps, (int64_t)r->lost,
			     (int64_t)r->begin_tsc, (int64_t)r->end_tsc,
			     r->incomplete[0] ? r->incomplete
			     : r->ended	      ? NULL
					      : "still being recorded",
			     r->id);

	if (!error && r->ended)
		error = run_once(l, "UPDATE run SET result=? WHERE id=?", "ii", (int64_t)r->result,
				 r->id);
	return error;
}

/* For the tables whose rows are many. */
#define add_row(l, batch, ...)                        \
	add_cells(l, batch, (int64_t[]){__VA_ARGS__}, \
		  sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static int add_cells(struct load *l, struct batch *batch, const int64_t *value, size_t count)
{
	struct cell *cell = batch_row(batch);

	if (count != batch->columns)
		return fail("import: %zu values for %u columns", count, batch->columns);
	for (size_t i = 0; i < count; i++) {
		cell[i].null = false;
		cell[i].value = value[i];
	}
	return batch_added(batch) ? db_fail(l->db, "import") : 0;
}

static int on_begin(void *ctx, const struct run *run)
{
	struct load *l = ctx;

	l->run = *run;
	l->run.id = next_number(l, "SELECT coalesce(max(id), 0) + 1 FROM run");
	l->run.boot = l->boot;
	l->run.created = time(NULL);
	l->open = true;
	load_digest_begin(l->digests, l->run.id);
	return run_once(l, "INSERT INTO run VALUES(?,?,?,?,?,?,?,0,0,0,0,0,NULL,NULL)", "iiisssi",
			l->run.id, l->boot, l->run.created, l->name, l->source, l->run.workload,
			(int64_t)l->run.options);
}

static int on_event(void *ctx, const struct event *e)
{
	struct load *l = ctx;

	if (load_event_row(l, e) || load_digest_event(l->digests, e))
		return db_fail(l->db, "import");
	return 0;
}

static int on_late_exit(void *ctx, const struct event *e)
{
	struct load *l = ctx;

	if (batch_flush(&l->events) || load_late_exit(l, e))
		return db_fail(l->db, "import");
	return 0;
}

static int on_step(void *ctx, uint64_t ordinal, uint64_t value, const char *text, uint64_t tsc,
		   uint64_t first_n)
{
	struct load *l = ctx;

	load_digest_step(l->digests);
	return run_once(l, "INSERT INTO step VALUES(?,?,?,?,?,?)", "iiisii", l->run.id,
			(int64_t)ordinal, (int64_t)value, text, (int64_t)tsc, (int64_t)first_n);
}

static int add_info(struct load *l, const char *text)
{
	const char *equals = strchr(text, '=');
	char key[RUN_TEXT];
	size_t length = equals ? (size_t)(equals - text) : strlen(text);

	snprintf(key, sizeof(key), "%.*s", (int)(length < RUN_TEXT ? length : RUN_TEXT), text);
	return run_once(l, "INSERT INTO info VALUES(?,?,?)", "iss", l->run.id, key,
			equals ? equals + 1 : "");
}

/*
 * The harmed event has returned; its number is not known yet. Store -1 - its sequence,
 * find_harmed() replaces it.
 */
static int add_harm(struct load *l, const uint64_t *w, int64_t n)
{
	int64_t aux = (int64_t)(w[FT_AUX] & 0xffffffff);

	++*totals_harm(load_digest_totals(l->digests), (uint64_t)aux);
	if (!n) {
		n = -1 - (int64_t)w[FT_EVENT];
		l->late_harm = true;
	}
	return run_once(l, "INSERT INTO harm VALUES(?,?,?,?,?,?)", "iiisii", l->run.id, n, aux,
			name_harm((unsigned)aux), (int64_t)w[FT_WHERE], (int64_t)w[FT_VALUE]);
}

static int find_harmed(struct load *l)
{
	if (!l->late_harm)
		return 0;
	l->late_harm = false;
	if (load_flush_batches(l))
		return db_fail(l->db, "import");
	return run_once(l,
			"UPDATE harm SET n = coalesce((SELECT e.n FROM event e WHERE e.run ="
			" harm.run AND e.seq = -1 - harm.n), 0) WHERE run = ? AND n < 0",
			"i", l->run.id);
}

static int on_record(void *ctx, const struct ft_record *record, const char *text, uint64_t after_n)
{
	struct load *l = ctx;
	const uint64_t *w = record->word;
	int64_t id = l->run.id, n = (int64_t)after_n, tsc = (int64_t)w[FT_TSC];
	int64_t value = (int64_t)w[FT_VALUE], aux = (int64_t)(w[FT_AUX] & 0xffffffff);
	int64_t cpu = FT_META_CPU(w[FT_META]), task = FT_META_TASK(w[FT_META]);

	switch (FT_META_KIND(w[FT_META])) {
	case FT_INFO: return add_info(l, text);
	case FT_TASK:
		return run_once(l, "INSERT OR REPLACE INTO task VALUES(?,?,?)", "iis", id,
				value ? value : task, text);
	case FT_SWITCH:
		load_digest_totals(l->digests)->task_switches++;
		return add_row(l, &l->switches, id, n, cpu, tsc, task, value);
	case FT_WORK: return add_row(l, &l->works, id, n, cpu, tsc, aux, value);
	case FT_STACK:
		return run_once(l, "INSERT OR REPLACE INTO stack VALUES(?,?,?,?,?)", "iiiii", id,
				aux, (int64_t)FT_META_STACK(w[FT_META]), (int64_t)w[FT_WHERE],
				value);
	case FT_HARM: return add_harm(l, w, n);
	case FT_RESULT:
		return run_once(l, "INSERT INTO result VALUES(?,?,?)", "iii", id, aux, value);
	default: return 0; /* a kind of a later version */
	}
}

static int on_window(void *ctx, const struct nmi_window *w)
{
	struct load *l = ctx;
	struct totals *totals = load_digest_totals(l->digests);

	totals->nmi_windows++;
	totals->held_back += w->pending;
	return add_row(l, &l->windows, l->run.id, w->cpu, (int64_t)w->from_n, (int64_t)w->to_n,
		       (int64_t)w->from_tsc, (int64_t)w->to_tsc, w->observed, w->pending,
		       w->closed);
}

static void take_head(struct load *l, const struct run *run)
{
	int64_t id = l->run.id, boot = l->run.boot, created = l->run.created;

	l->run = *run;
	l->run.id = id;
	l->run.boot = boot;
	l->run.created = created;
}

static int on_end(void *ctx, const struct run *run)
{
	struct load *l = ctx;

	take_head(l, run);
	l->open = false;
	int error = find_harmed(l);

	if (!error && load_digest_flush(l->digests))
		error = db_fail(l->db, "import");
	if (!error)
		error = write_head(l);
	if (!error && l->ended)
		l->ended(l->ended_ctx, &l->run);
	return error;
}

const struct sink load_sink = {
	.begin = on_begin,
	.event = on_event,
	.late_exit = on_late_exit,
	.step = on_step,
	.record = on_record,
	.window = on_window,
	.end = on_end,
};

static int name_addresses(struct load *l)
{
	struct symbol symbol;
	uint64_t address;
	int error = 0;

	while (!error && address_set_next(&l->addresses, &address)) {
		if (!l->symbols || !symbols_find(l->symbols, address, &symbol))
			continue;
		error = run_once(l, "INSERT OR IGNORE INTO symbol VALUES(?,?,?,?,?,?)", "iizizi",
				 l->boot, (int64_t)address,
				 symbol.function[0] ? symbol.function : NULL,
				 (int64_t)symbol.offset, symbol.file[0] ? symbol.file : NULL,
				 (int64_t)symbol.line);
	}
	return error;
}

int load_begin(struct load *l, sqlite3 *db, struct symbols *symbols, const char *source,
	       const char *name)
{
	memset(l, 0, sizeof(*l));
	l->db = db;
	l->symbols = symbols;
	l->source = source;
	l->name = name;
	if (!db_do(db, "BEGIN IMMEDIATE"))
		return EXIT_TROUBLE;
	l->boot = next_number(l, "SELECT coalesce(max(boot), 0) + 1 FROM run");
	l->digests = load_digest_open(db);
	return l->digests && load_open_batches(l) ? 0 : EXIT_TROUBLE;
}

int load_commit(struct load *l, const struct run *so_far)
{
	int error = 0;

	error = load_flush_batches(l) ? db_fail(l->db, "import") : 0;
	if (!error && l->open) {
		take_head(l, so_far);
		error = load_digest_flush(l->digests) ? db_fail(l->db, "import") : write_head(l);
	}
	if (error || (error = name_addresses(l)))
		return error;
	return db_do(l->db, "COMMIT") && db_do(l->db, "BEGIN IMMEDIATE") ? 0 : EXIT_TROUBLE;
}

int load_finish(struct load *l, bool keep)
{
	int error = 0;

	if (keep && load_flush_batches(l))
		error = db_fail(l->db, "import");
	if (keep && !error)
		error = name_addresses(l);
	load_close_batches(l);
	load_digest_close(l->digests);
	address_set_free(&l->addresses);
	if (keep && !error && (!db_index(l->db, l->clobbered, l->gaps) || !db_do(l->db, "COMMIT")))
		error = EXIT_TROUBLE;
	if (!keep || error)
		sqlite3_exec(l->db, "ROLLBACK", NULL, NULL, NULL);
	return error;
}
