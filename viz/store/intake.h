/* SPDX-License-Identifier: MIT */
/*
 * Bytes of a trace into the run database: what `import` and `record` share. Reports
 * damage as it finds it.
 */
#ifndef STORE_INTAKE_H
#define STORE_INTAKE_H

#include "load.h"
#include "wire/reader.h"

struct intake {
	struct reader reader;
	struct join join;
	struct load load;
	sqlite3 *db;
	const char *source;
	unsigned told; /* messages so far; beyond a few, only a count at the end */
	unsigned bad;
	uint64_t taken[256];	 /* of each CPU: the newest record's FT_COMMIT */
	uint64_t from_ring[256]; /* the same, of those that came out of the ring's memory */
};

struct intake_options {
	const char *db, *kernel, *user, *name;
	bool symbols_required;
	bool readers; /* others read at the same time: what is not committed stays in memory */
};

/* 0, or EXIT_TROUBLE after a message. */
int intake_open(struct intake *in, const struct intake_options *options, const char *source);

/* Takes in what was fed to in->reader so far. */
int intake_drain(struct intake *in);

/*
 * Takes what a dump of the ring's memory has and what has not arrived yet, while the kernel
 * stands still. When it goes on and sends these records, they are known.
 */
int intake_ring(struct intake *in, const char *path);

/* Makes what arrived so far safe on disk; the intake goes on. */
int intake_commit(struct intake *in);

/*
 * The input is at its end: why marks a run that did not end by itself. keep = false
 * leaves the database as it was at the last commit. Frees all.
 */
int intake_close(struct intake *in, bool keep, const char *why);

#endif
