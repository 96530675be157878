/* SPDX-License-Identifier: MIT */
/*
 * From records to runs: cuts the stream at FT_RUN, joins each entry with its exit,
 * and hands everything to a sink (the database, or a list in memory). An entry waits
 * for its exit in a window; one that leaves the window without it is handed on as it
 * is, and its exit, if it ever comes, follows as a late one.
 */
#ifndef WIRE_JOIN_H
#define WIRE_JOIN_H

#include "event/event.h"
#include "pending.h"
#include "unpack.h"

#ifndef JOIN_WINDOW	 /* the fuzzer has a small one, to leave it quickly */
#define JOIN_WINDOW 4096 /* events; a power of two */
#endif
#define JOIN_DEPTHS 32 /* deepest nesting for which parents are known */

/* NMIs were blocked from one record to another */
struct nmi_window {
	uint64_t from_n, to_n; /* the event that began it, the last one that began within */
	uint64_t from_tsc, to_tsc;
	uint8_t cpu;
	bool observed, pending, closed;
};

/* All functions return 0, or an error that ends the joining and is handed back. */
struct sink {
	int (*begin)(void *ctx, const struct run *run);
	int (*event)(void *ctx, const struct event *event);
	/* e->n, exit fields valid; the row of that number was handed over before */
	int (*late_exit)(void *ctx, const struct event *event);
	/* FT_MARK: step number `ordinal`, its first event will be first_n */
	int (*step)(void *ctx, uint64_t ordinal, uint64_t value, const char *text, uint64_t tsc,
		    uint64_t first_n);
	/* any other record, with the number of the event before it; FT_HARM: of the harmed one,
	 * 0 if that has returned already */
	int (*record)(void *ctx, const struct ft_record *record, const char *text,
		      uint64_t after_n);
	int (*window)(void *ctx, const struct nmi_window *window);
	/* the run's head as it is now known; run->incomplete is empty if all is well */
	int (*end)(void *ctx, const struct run *run);
};

struct join_task {
	uint64_t open[JOIN_DEPTHS]; /* n of the open event at that depth, 0 = none */
	bool in_nmi[JOIN_DEPTHS];   /* it is an NMI, or runs inside one */
	unsigned used;		    /* depths from here on are not open */
};

struct join {
	const struct sink *sink;
	void *ctx;
	bool in_run;
	struct run run;
	uint64_t step, n;
	struct event *window; /* events first_n .. n, at n % JOIN_WINDOW */
	uint64_t first_n;
	struct pending pending;
	struct join_task **tasks[256]; /* by task id: its upper and its lower byte */
	struct nmi_window nmi[256];
	bool nmi_open[256];
	struct ft_record *preamble; /* records from before the first FT_RUN */
	unsigned preamble_count, preamble_kept;
	unsigned runs;
	unsigned last_half;
	bool gap_waits; /* records were lost while no run was on */
	unsigned gap_cpu;
	int64_t gap_lost;
	char *text; /* of FT_INFO records that go on */
	size_t text_used;
};

/* 0, or -1 without memory */
int join_init(struct join *j, const struct sink *sink, void *ctx);
void join_free(struct join *j);

int join_record(struct join *j, const struct ft_record *record);

/* Records are missing here: lost = how many, -1 = not known. why marks the run. */
int join_gap(struct join *j, unsigned cpu, int64_t lost, const char *why);

/* Hands over every event that still waits. The joining may go on afterwards. */
int join_flush(struct join *j);

/* The input is at its end; a run that did not end is marked with why. */
int join_end(struct join *j, const char *why);

#endif
