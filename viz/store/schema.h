/* SPDX-License-Identifier: MIT */
/* The run database as a file: opening, creating, its version, and its SQL. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <sqlite3.h>
#include <stdbool.h>

#define SCHEMA_VERSION 3
#define SCHEMA_OLDEST  1 /* what a reader still understands, and a writer brings up to date */

enum db_mode {
	DB_READ, /* must exist */
	DB_WRITE /* is created, with the folder it lies in, when it does not exist */
};

/*
 * Opens a run database. NULL on trouble, after a message. A file that is no run
 * database, or one of another schema version, is left as it is.
 */
sqlite3 *db_open(const char *path, enum db_mode mode);
void db_close(sqlite3 *db);

/* The indexes that such rows need, made after them. False on error, after a message. */
bool db_index(sqlite3 *db, bool clobbered, bool gaps);

/* Runs SQL that returns nothing. False on error, after a message. */
bool db_do(sqlite3 *db, const char *sql);

/* One statement, prepared. NULL on error, after a message. */
sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql);

/* The key of a block in the table of digests. */
#define DIGEST_ID(run, block) ((int64_t)(((uint64_t)(run) << 32) + (block)))

/* Says what went wrong last, in the words of the file's user. EXIT_TROUBLE. */
int db_fail(sqlite3 *db, const char *doing);

#endif
