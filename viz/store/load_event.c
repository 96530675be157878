/* SPDX-License-Identifier: MIT */
#include "load_event.h"

#include "columns.h"
#include "schema.h"

#define EVENT_COLUMNS 33
#define EXIT_COLUMNS  12
#define EVENT_ROWS    50
#define OTHER_ROWS    20

bool load_open_batches(struct load *l)
{
	return batch_open(&l->events, l->db, "event", EVENT_COLUMNS, EVENT_ROWS) &&
	       batch_open(&l->exits, l->db, "exit_frame", EXIT_COLUMNS, OTHER_ROWS) &&
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
	cell = put(cell, true, e->exit_address);
	cell = put(cell, true, e->exit_gsbase);
	for (unsigned i = 0; i < FRAME_WORDS; i++)
		cell = put(cell, true, e->exit_frame[i]);
	address_set_add(&l->addresses, e->exit_frame[FRAME_RIP]);
	return batch_added(&l->exits);
}

int load_event_row(struct load *l, const struct event *e)
{
	struct cell *cell = batch_row(&l->events);
	bool event = !e->gap, in = event && e->entered, out = event && e->exited;

	l->clobbered |= event_clobbered(e) != 0;
	l->gaps |= e->gap;
	cell = put(cell, true, (uint64_t)l->run.id);
	cell = put(cell, true, e->n);
	cell = put(cell, true, e->step);
	cell = put(cell, true, e->cpu);
	cell = put(cell, e->gap, (uint64_t)e->lost);
	cell = put(cell, event, e->task);
	cell = put(cell, event, e->depth);
	cell = put(cell, event, e->parent);
	cell = put(cell, event, e->type);
	cell = put(cell, event, e->vector);
	cell = put(cell, event, e->stack);
	cell = put(cell, event, e->flags);
	cell = put(cell, in, e->seq);
	cell = put(cell, in, e->tsc);
	cell = put(cell, in, e->nmi);
	cell = put(cell, in, e->work);
	cell = put(cell, in, e->address);
	cell = put(cell, in, e->gsbase);
	cell = put(cell, in, e->cr2);
	for (unsigned i = 0; i < FRAME_WORDS; i++)
		cell = put(cell, in, e->frame[i]);
	cell = put(cell, out, e->exit_seq);
	cell = put(cell, out, e->exit_tsc);
	cell = put(cell, out, e->exit_nmi);
	cell = put(cell, out, e->exit_work);
	cell = put(cell, out, e->edited);
	put(cell, out, e->changed);
	if (in)
		address_set_add(&l->addresses, e->frame[FRAME_RIP]);
	if (batch_added(&l->events))
		return -1;
	return needs_exit_frame(e) ? exit_frame_row(l, e) : 0;
}

/* What was pushed, from the row: the exit can only now be compared with it. */
static bool read_entry(struct load *l, struct event *e)
{
	sqlite3_stmt *statement = db_prepare(
		l->db,
		"SELECT address, gsbase, error, rip, cs, rflags, rsp, ss, data, "
		"zero, nmi, work, tsc, depth, task, stack, flags FROM event WHERE run=? AND n=?");
	bool found;

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, l->run.id);
	sqlite3_bind_int64(statement, 2, (int64_t)e->n);
	found = sqlite3_step(statement) == SQLITE_ROW;
	e->entered = found;
	e->address = column_u64(statement, 0);
	e->gsbase = column_u64(statement, 1);
	for (int i = 0; i < FRAME_WORDS; i++)
		e->frame[i] = column_u64(statement, 2 + i);
	e->nmi = (uint8_t)sqlite3_column_int64(statement, 10);
	e->work = (uint32_t)sqlite3_column_int64(statement, 11);
	e->tsc = column_u64(statement, 12);
	e->depth = (uint8_t)sqlite3_column_int64(statement, 13);
	e->task = (uint16_t)sqlite3_column_int64(statement, 14);
	e->stack = (uint8_t)sqlite3_column_int64(statement, 15);
	e->flags = (uint8_t)sqlite3_column_int64(statement, 16);
	e->type = frame_type(e->frame);
	e->vector = frame_vector(e->frame);
	event_compare(e);
	sqlite3_finalize(statement);
	return found;
}

int load_late_exit(struct load *l, const struct event *late)
{
	struct event e = *late;
	sqlite3_stmt *statement;
	int status;

	if (!read_entry(l, &e))
		return 0;
	l->clobbered |= event_clobbered(&e) != 0;
	statement = db_prepare(l->db, "UPDATE event SET exit_seq=?, exit_tsc=?, exit_nmi=?, "
				      "exit_work=?, edited=?, changed=? WHERE run=? AND n=?");
	if (!statement)
		return -1;
	sqlite3_bind_int64(statement, 1, (int64_t)e.exit_seq);
	sqlite3_bind_int64(statement, 2, (int64_t)e.exit_tsc);
	sqlite3_bind_int64(statement, 3, e.exit_nmi);
	sqlite3_bind_int64(statement, 4, e.exit_work);
	sqlite3_bind_int64(statement, 5, e.edited);
	sqlite3_bind_int64(statement, 6, e.changed);
	sqlite3_bind_int64(statement, 7, l->run.id);
	sqlite3_bind_int64(statement, 8, (int64_t)e.n);
	sqlite3_step(statement);
	status = sqlite3_finalize(statement);
	if (status != SQLITE_OK)
		return -1;
	if (load_digest_late_exit(l->digests, &e, e.work))
		return -1;
	return needs_exit_frame(&e) ? exit_frame_row(l, &e) : 0;
}
