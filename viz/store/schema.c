/* SPDX-License-Identifier: MIT */
#include "schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "event/event.h"
#include "event/names.h"
#include "schema_sql.h"
#include "talk/message.h"
#include "trace/fredtrace.h"

_Static_assert(FT_WORK_END == 1 << 13, "SQL_BITS counts each piece of software work");
_Static_assert(FRAME_WORDS == 8, "the views name each word of a frame");

#define APPLICATION_ID	46524454 /* "FRDT" read as digits of hex; see file(1) */
#define BUSY_TIMEOUT_MS 5000

static int busy_timeout_ms(void)
{
	const char *set = getenv("FREDVIZ_BUSY_MS"); /* for the tests */

	return set ? atoi(set) : BUSY_TIMEOUT_MS;
}

int db_fail(sqlite3 *db, const char *doing)
{
	const char *path = sqlite3_db_filename(db, "main");

	path = path && *path ? path : "the database";
	switch (sqlite3_errcode(db)) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return fail("%s: another program is writing to %s and did not finish within "
			    "%d ms; try again when it is done",
			    doing, path, busy_timeout_ms());
	case SQLITE_FULL:
		return fail("%s: no room left for %s; nothing was changed. Free some space, "
			    "or choose another place with --db",
			    doing, path);
	case SQLITE_IOERR:
		return fail("%s: %s could not be read or written (%s); nothing was changed. "
			    "Is the disk full?",
			    doing, path, sqlite3_errmsg(db));
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return fail("%s: %s is not writable; choose another file with --db", doing, path);
	case SQLITE_NOTADB:
		return fail("%s: %s is not an SQLite database; choose another file with --db",
			    doing, path);
	case SQLITE_CORRUPT:
		return fail("%s: %s is damaged (%s); move it away and import again", doing, path,
			    sqlite3_errmsg(db));
	default: return fail("%s: %s: %s", doing, path, sqlite3_errmsg(db));
	}
}

bool db_do(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	db_fail(db, "run database");
	return false;
}

sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		db_fail(db, "run database");
	return statement;
}

bool db_index(sqlite3 *db, bool clobbered, bool gaps)
{
	return (!clobbered || db_do(db, schema_index_clobbered)) &&
	       (!gaps || db_do(db, schema_index_gap));
}

static bool read_number(sqlite3 *db, const char *sql, int *value)
{
	sqlite3_stmt *statement = db_prepare(db, sql);
	bool good = statement && sqlite3_step(statement) == SQLITE_ROW;

	if (good)
		*value = sqlite3_column_int(statement, 0);
	else if (statement)
		db_fail(db, "run database");
	sqlite3_finalize(statement);
	return good;
}

/* True if it is empty (version 0) or of a version that can be read. */
static bool check_version(sqlite3 *db, const char *path, int *found)
{
	int version = 0, tables = 0;

	if (!read_number(db, "PRAGMA user_version", &version) ||
	    !read_number(db, "SELECT count(*) FROM sqlite_schema", &tables))
		return false;
	*found = version;
	if ((!tables && !version) || (version >= SCHEMA_OLDEST && version <= SCHEMA_VERSION))
		return true;
	if (version > SCHEMA_VERSION)
		complain("%s was made by a newer fredviz (schema %d, this one knows %d); update "
			 "fredviz, or choose another file with --db",
			 path, version, SCHEMA_VERSION);
	else
		complain(
			"%s is not a run database of this fredviz (schema %d, expected %d); choose "
			"another file with --db",
			path, version, SCHEMA_VERSION);
	return false;
}

static bool add_name(sqlite3_stmt *statement, int64_t a, int64_t b, const char *name,
		     const char *means)
{
	sqlite3_bind_int64(statement, 1, a);
	if (b >= 0)
		sqlite3_bind_int64(statement, 2, b);
	sqlite3_bind_text(statement, b >= 0 ? 3 : 2, name, -1, SQLITE_STATIC);
	if (means)
		sqlite3_bind_text(statement, 3, means, -1, SQLITE_STATIC);
	sqlite3_step(statement);
	return sqlite3_reset(statement) == SQLITE_OK;
}

/* The tables of names, from the one place where names live. */
static bool fill_names(sqlite3 *db)
{
	sqlite3_stmt *event = db_prepare(db, "INSERT OR IGNORE INTO event_name VALUES(?,?,?)");
	sqlite3_stmt *stack = db_prepare(db, "INSERT OR IGNORE INTO stack_name VALUES(?,?)");
	sqlite3_stmt *work = db_prepare(db, "INSERT OR IGNORE INTO work_name VALUES(?,?,?)");
	bool good = event && stack && work;
	unsigned type, vector;
	const char *name;

	for (unsigned i = 0; good && name_fixed_event(i, &type, &vector, &name); i++)
		good = add_name(event, type, vector, name, NULL);
	for (unsigned i = 0; good && i <= FT_STACK_USER; i++)
		good = add_name(stack, i, -1, name_stack(i), NULL);
	good = good && add_name(stack, FT_STACK_UNKNOWN, -1, name_stack(FT_STACK_UNKNOWN), NULL);
	for (unsigned i = 0; good && name_work(i); i++)
		good = add_name(work, 1 << i, -1, name_work(i), explain_work(i));
	sqlite3_finalize(event);
	sqlite3_finalize(stack);
	sqlite3_finalize(work);
	return good;
}

/* Debian 12 and later know STRICT; an older library gets the same tables without it. */
static bool create_tables(sqlite3 *db)
{
	char sql[sizeof(schema_tables)];
	const char *from = schema_tables;
	char *to = sql;
	bool strict = sqlite3_libversion_number() >= 3037000;

	while (*from) {
		if (!strict && !strncmp(from, ") STRICT, WITHOUT", 17)) {
			from += 9;
			*to++ = ')';
		} else if (!strict && !strncmp(from, ") STRICT", 8)) {
			from += 8;
			*to++ = ')';
		} else {
			*to++ = *from++;
		}
	}
	*to = 0;
	char pragma[64];

	snprintf(pragma, sizeof(pragma), "PRAGMA application_id=%d; PRAGMA user_version=%d",
		 APPLICATION_ID, SCHEMA_VERSION);
	return db_do(db, sql) && db_do(db, schema_views) && fill_names(db) && db_do(db, pragma);
}

static bool create(sqlite3 *db)
{
	if (!db_do(db, "PRAGMA page_size=16384; BEGIN IMMEDIATE"))
		return false;
	if (create_tables(db) && db_do(db, "COMMIT"))
		return true;
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

/* build/runs.db on a fresh checkout: make build/. Deeper folders are the user's. */
static void make_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];

	if (!slash || slash == path || (size_t)(slash - path) >= sizeof(folder))
		return;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
	mkdir(folder, 0777);
}

sqlite3 *db_open(const char *path, enum db_mode mode)
{
	sqlite3 *db = NULL;
	int version = 0;
	int flags = SQLITE_OPEN_READONLY;

	if (mode == DB_WRITE) {
		flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
		make_folder(path);
	} else if (access(path, F_OK)) {
		complain("%s: no such run database; make one with `fredviz import TRACE`", path);
		return NULL;
	}
	if (sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		complain("%s: %s (%s); choose another file with --db", path, sqlite3_errmsg(db),
			 strerror(sqlite3_system_errno(db)));
		sqlite3_close(db);
		return NULL;
	}
	sqlite3_busy_timeout(db, busy_timeout_ms());
	if (check_version(db, path, &version)) {
		if (version == SCHEMA_VERSION || (version && mode == DB_READ))
			return db;
		/* New tables beside the old ones: every version only adds. */
		if (mode == DB_WRITE && create(db))
			return db;
		if (mode == DB_READ)
			complain("%s holds no runs yet; fill it with `fredviz import TRACE`", path);
	}
	sqlite3_close(db);
	return NULL;
}

void db_close(sqlite3 *db)
{
	sqlite3_close(db);
}
