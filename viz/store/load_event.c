/* SPDX-License-Identifier: MIT */
#include "load_event.h"

#include "event_columns.h"
#include "schema.h"

#define EVENT_ROWS 50
#define OTHER_ROWS 20

enum { EVENT_WIDTH = 1 EVENT_COLUMNS(COLUMN_ONE), EXIT_WIDTH = 2 EXIT_FRAME(COLUMN_ONE) };

bool load_open_batches(struct load *l)
{
	return batch_open(&l->events, l->db, "event(run" EVENT_COLUMNS(COLUMN_NAME) ")",
			  EVENT_WIDTH, EVENT_ROWS) &&
	       batch_open(&l->exits, l->db, "exit_frame(run, n" EXIT_FRAME(COLUMN_NAME) ")",
			  EXIT_WIDTH, OTHER_ROWS) &&
	       batch_open(&l->switches, l->db, "switch", 6, OTHER_ROWS) &&
	       batch_open(&l->works, l->db, "work", 6, OTHER_ROWS) &&
	       batch_open(&l->windows, l->db, "nmi_window", 9, OTHER_ROWS);
}

int load_flush_batches(struct load *l)
{
	return batch_flush(&l->events) || batch_flush(&l->exits) || batch_flush(&l->switches) ||
			       batch_flush(&l->works) || batch_flush(&l->windows)
		       ? -1
		       : 0;
}

void load_close_batches(struct load *l)
{
	batch_close(&l->events);
	batch_close(&l->exits);
	batch_close(&l->switches);
	batch_close(&l->works);
	batch_close(&l->windows);
}

#define BIND(name, known, field) sqlite3_bind_int64(st, ++at, (int64_t)(field));
#define PUT(name, known, field)	 cell = put(cell, known, (uint64_t)(field));

static struct cell *put(struct cell *cell, bool known, uint64_t value)
{
	cell->null = !known;
	cell->value = (int64_t)value;
	return cell + 1;
}

/* The return frame is kept only where it is not the one that was pushed. */
static bool needs_exit_frame(const struct event *e)
{
	return e->exited && (!e->entered || e->changed || e->exit_address != e->address ||
			     e->exit_gsbase != e->gsbase);
}

static int exit_frame_row(struct load *l, const struct event *e)
{
	struct cell *cell = batch_row(&l->exits);

	cell = put(cell, true, (uint64_t)l->run.id);
	cell = put(cell, true, e->n);
	EXIT_FRAME(PUT)
	address_set_add(&l->addresses, e->exit_frame[FRAME_RIP]);
	return batch_added(&l->exits);
}

int load_event_row(struct load *l, const struct event *e)
{
	struct cell *cell = batch_row(&l->events);

	l->clobbered |= event_clobbered(e) != 0;
	l->gaps |= e->gap;
	cell = put(cell, true, (uint64_t)l->run.id);
	EVENT_COLUMNS(PUT)
	if (event_in(e))
		address_set_add(&l->addresses, e->frame[FRAME_RIP]);
	if (batch_added(&l->events))
		return -1;
	return needs_exit_frame(e) ? exit_frame_row(l, e) : 0;
}

#define ENTRY_SQL                            \
	"SELECT run" EVENT_HEAD(COLUMN_NAME) \
		EVENT_ENTRY(COLUMN_NAME) " FROM event WHERE run=? AND n=?"

/* What was pushed, from the row: the exit can only now be compared with it. */
static bool read_entry(struct load *l, struct event *e)
{
	sqlite3_stmt *st = db_prepare(l->db, ENTRY_SQL);
	bool found;

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, l->run.id);
	sqlite3_bind_int64(st, 2, (int64_t)e->n);
	found = sqlite3_step(st) == SQLITE_ROW;
	e->entered = found;
	if (found) {
		EVENT_HEAD(COLUMN_TAKE)
		EVENT_ENTRY(COLUMN_TAKE)
	}
	event_compare(e);
	sqlite3_finalize(st);
	return found;
}

/* The columns of an exit, in a row that is there. */
static int write_exit(struct load *l, const struct event *e)
{
	static const char sets[] = "" EVENT_EXIT(COLUMN_SET);
	char *sql = sqlite3_mprintf("UPDATE event SET %s WHERE run=? AND n=?", sets + 1);
	sqlite3_stmt *st = sql ? db_prepare(l->db, sql) : NULL;
	int at = 0;

	sqlite3_free(sql);
	if (!st)
		return -1;
	EVENT_EXIT(BIND)
	sqlite3_bind_int64(st, ++at, l->run.id);
	sqlite3_bind_int64(st, ++at, (int64_t)e->n);
	sqlite3_step(st);
	return sqlite3_finalize(st) == SQLITE_OK ? 0 : -1;
}

int load_late_exit(struct load *l, const struct event *late)
{
	struct event e = *late;

	if (!read_entry(l, &e))
		return 0;
	l->clobbered |= event_clobbered(&e) != 0;
	if (write_exit(l, &e) || load_digest_late_exit(l->digests, &e, e.work))
		return -1;
	return needs_exit_frame(&e) ? exit_frame_row(l, &e) : 0;
}
