/* SPDX-License-Identifier: MIT */
/* The small tables of a run: where its stacks lie, its tasks, its harms. */
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "schema.h"
#include "store.h"

#define ROWS_MAX 65536 /* a table that counts beyond is damaged: the rest is left out */

/* All rows of a statement about one run; their number, or -1 after a message. */
static int read_rows(struct store *s, int64_t run, const char *sql, void **list, size_t size,
		     void (*take)(sqlite3_stmt *st, void *row))
{
	sqlite3_stmt *st = db_prepare(s->db, sql);
	int count = 0, room = 0;

	*list = NULL;
	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, run);
	while (count < ROWS_MAX && sqlite3_step(st) == SQLITE_ROW) {
		if (count == room) {
			room = room ? 2 * room : 16;
			void *larger = realloc(*list, (size_t)room * size);

			if (!larger)
				break;
			*list = larger;
		}
		take(st, (char *)*list + (size_t)count++ * size);
	}
	sqlite3_finalize(st);
	return count;
}

static void take_stack(sqlite3_stmt *st, void *row)
{
	*(struct store_stack *)row = (struct store_stack){
		.task = (uint16_t)sqlite3_column_int(st, 0),
		.stack = (uint8_t)sqlite3_column_int(st, 1),
		.low = column_u64(st, 2),
		.size = column_u64(st, 3),
	};
}

int store_stacks(struct store *s, int64_t run, struct store_stack **list)
{
	return read_rows(s, run,
			 "SELECT task, stack, low, size FROM stack WHERE run = ? ORDER BY stack,"
			 " task",
			 (void **)list, sizeof(**list), take_stack);
}

static void take_task(sqlite3_stmt *st, void *row)
{
	struct store_task *task = row;

	task->task = (uint16_t)sqlite3_column_int(st, 0);
	column_text(st, 1, task->name, sizeof(task->name));
}

int store_tasks(struct store *s, int64_t run, struct store_task **list)
{
	return read_rows(s, run, "SELECT task, name FROM task WHERE run = ? ORDER BY task",
			 (void **)list, sizeof(**list), take_task);
}

bool store_task_number(struct store *s, int64_t run, const char *name, uint64_t *task)
{
	sqlite3_stmt *st = NULL;
	bool found = false;

	if (sqlite3_prepare_v2(s->db, "SELECT task FROM task WHERE run = ? AND name = ?", -1, &st,
			       NULL) != SQLITE_OK)
		return false;
	sqlite3_bind_int64(st, 1, run);
	sqlite3_bind_text(st, 2, name, -1, SQLITE_STATIC);
	found = sqlite3_step(st) == SQLITE_ROW;
	if (found)
		*task = column_u64(st, 0);
	sqlite3_finalize(st);
	return found;
}

bool store_harm(struct store *s, int64_t run, uint64_t n, struct store_harm *harm)
{
	sqlite3_stmt *st = NULL;
	bool found = false;

	/* A database of version 1 has no such table */
	if (sqlite3_prepare_v2(s->db,
			       "SELECT harm, address, value FROM harm WHERE run = ? AND n = ?", -1,
			       &st, NULL) != SQLITE_OK)
		return false;
	sqlite3_bind_int64(st, 1, run);
	sqlite3_bind_int64(st, 2, (int64_t)n);
	if (sqlite3_step(st) == SQLITE_ROW) {
		found = true;
		harm->harm = (unsigned)sqlite3_column_int(st, 0);
		harm->address = column_u64(st, 1);
		harm->value = column_u64(st, 2);
	}
	sqlite3_finalize(st);
	return found;
}
