/* SPDX-License-Identifier: MIT */
/*
 * One or two runs as rows: steps, and in each step rows that hold an event of either
 * run or of both. Steps are aligned when they are first looked at, events are read in
 * blocks: nothing here is proportional to the length of a run. Draws nothing.
 */
#ifndef MODEL_H
#define MODEL_H

#include "align.h"
#include "store.h"

#define MODEL_BLOCK  128 /* events read at once */
#define MODEL_BLOCKS 16	 /* kept, for each side */

/* How the two events of a row differ */
enum model_difference {
	DIFFERS_ONLY_A = 1 << 0,
	DIFFERS_ONLY_B = 1 << 1,
	DIFFERS_STACK = 1 << 2,
	DIFFERS_DEPTH = 1 << 3,
	DIFFERS_NMI = 1 << 4,
	DIFFERS_CAUSE = 1 << 5, /* error code or event data */
	DIFFERS_CLOBBER = 1 << 6,
	DIFFERS_RETURN = 1 << 7, /* one returned, one did not; or elsewhere */
	DIFFERS_WORK = 1 << 8	 /* software work; always so between IDT and FRED */
};

/* What makes a row a difference that is worth a jump */
#define DIFFERS_MATTERS (0xff)

struct model_step {
	uint64_t value;
	const char *text;
	uint64_t first[2], last[2]; /* event numbers; none if last < first */
	bool here[2];
	bool aligned;
	struct alignment rows;
};

struct model_block {
	uint64_t number; /* 0 = empty; else block number + 1 */
	size_t count;
	struct event *event;
};

struct model_side {
	struct run run;
	struct store_step *steps;
	int step_count;
	struct model_block block[MODEL_BLOCKS];
};

struct model {
	struct store *store;
	int sides; /* 1 or 2 */
	struct model_side side[2];
	struct model_step *step;
	size_t steps;
	bool trouble; /* memory ran short, or the database could not be read */
};

/* A place: a step, and a row in it; row 0 is the step's heading. */
struct place {
	size_t step, row;
};

/* False after a message. runs: one, or two. */
bool model_open(struct model *m, struct store *store, const struct run *runs, int count);
void model_close(struct model *m);

/* Rows of a step, its heading included. */
size_t model_rows(struct model *m, size_t index);

/* Event numbers of a place: n[side], 0 = none. All 0 in a heading. */
void model_numbers(struct model *m, struct place place, uint64_t n[2]);

/* An event; NULL if there is none. Valid until some 1000 others were asked for. */
const struct event *model_event(struct model *m, int index, uint64_t n);

/* Where that event came from, if known; NULL for NULL. */
const struct symbol *model_symbol(struct model *m, int side, const struct event *e);

/* enum model_difference bits of a place; 0 with one run. */
unsigned model_differences(struct model *m, struct place place);

/* One place on, or back; false at the end, *place stays. */
bool model_next(struct model *m, struct place *place);
bool model_previous(struct model *m, struct place *place);
struct place model_end(struct model *m);

/* In words, into a buffer: "other stack, clobbered". */
const char *model_difference_text(unsigned differences, char *buffer, size_t size);

#endif
