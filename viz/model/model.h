/* SPDX-License-Identifier: MIT */
/*
 * One or two runs as rows: steps of the workload, and in each step rows that hold an event
 * of either run or of both. Draws nothing.
 *
 * Rows come in parts. Where both runs picked the same anchors (anchor.h), a step is cut
 * into parts of some thousand events; each part is aligned when it is first looked at
 * (align.h), and the alignments least looked at are forgotten again. So nothing here is
 * read, kept or computed in proportion to a run's length, except 40 bytes per part, and the
 * end of ten million events is as near as their beginning.
 *
 * Cost of aligning all: reading N digests, and for each part of n events with d differences
 * O(n + d * min(d, 1024)). A stretch without a common anchor that is longer than
 * MODEL_PART_MAX is cut by aligning it window by window when its step is first looked at;
 * where the sides have little in common, in proportion. Memory is bounded in any case.
 */
#ifndef MODEL_H
#define MODEL_H

#include "align.h"
#include "store/store.h"

#define MODEL_BLOCK    128    /* events read at once */
#define MODEL_BLOCKS   16     /* kept, for each side */
#define MODEL_ALIGNED  64     /* parts whose alignment is kept */
#define MODEL_PART_MAX 32768  /* events of a part, on either side */
#define MODEL_SEGMENTS 262144 /* of all alignments that are kept: 10 MB */

struct model_part {
	uint64_t first[2]; /* event numbers */
	uint32_t count[2];
	struct alignment *rows; /* NULL: not aligned now; or only one side has events */
};

struct model_step {
	uint64_t value;
	const char *text;	    /* clean */
	uint64_t first[2], last[2]; /* event numbers; none if last < first */
	bool here[2];
	bool cut;
	struct model_part *part;
	size_t parts;
};

struct model_block {
	uint64_t number; /* 0 = empty; else block number + 1 */
	size_t count;
	struct event *event;
};

struct model_side {
	struct run run;
	uint64_t last; /* event's number */
	struct store_step *steps;
	int step_count;
	struct model_block block[MODEL_BLOCKS];
	struct zone *zones; /* read when first asked for */
	size_t zone_count;
	bool zones_read;
};

struct model {
	struct store *store;
	int sides; /* 1 or 2 */
	struct model_side side[2];
	struct model_step *step;
	size_t steps;
	struct model_part *aligned[MODEL_ALIGNED]; /* the newest first */
	bool trouble;	  /* memory ran short, or the database could not be read */
	bool approximate; /* a search for a best alignment was cut somewhere */
};

/* A row: part 0 is the step's heading and has one row; parts from 1 hold events. */
struct place {
	size_t step, part, row;
};

static inline bool place_is_heading(struct place p)
{
	return p.part == 0;
}

/* Negative, 0, positive: a before, at, behind b. */
int place_compare(struct place a, struct place b);

/* False after a message. runs: one, or two. */
bool model_open(struct model *m, struct store *store, const struct run *runs, int count);
void model_close(struct model *m);

/*
 * Both runs' heads, steps and ends as they are now: a run that is still recorded grows.
 * Places stay good in steps that did not change. False after a message.
 */
bool model_refresh(struct model *m, bool *grew);

/* ---- rows ---------------------------------------------------------------- */

/* Parts of a step, its heading included; rows of a part. */
size_t model_parts(struct model *m, size_t step);
size_t model_rows(struct model *m, size_t step, size_t part);

/* One place on, or back; false at the end, *place stays. */
bool model_next(struct model *m, struct place *place);
bool model_previous(struct model *m, struct place *place);

/* Many rows on (or back, if negative), as far as there are any; how many it went. */
int64_t model_move(struct model *m, struct place *place, int64_t rows);
struct place model_end(struct model *m);

/* Where event n of a side stands. False if there is none. */
bool model_find(struct model *m, int side, uint64_t n, struct place *place);

/* How far a place is, from 0 to 1, by events before it; and the place at such a share. */
double model_share(struct model *m, struct place place);
struct place model_at_share(struct model *m, double share);

/* ---- what is in a row ---------------------------------------------------- */

/* Event numbers of a place: n[side], 0 = none. All 0 in a heading. */
void model_numbers(struct model *m, struct place place, uint64_t n[2]);

/*
 * The moment of a place: n[side] is the event there, or the last one before it; 0 if that
 * side has none yet. For views that show one moment of both runs.
 */
void model_moment(struct model *m, struct place place, uint64_t n[2]);

/* An event; NULL if there is none. Valid until some 1000 others were asked for. */
const struct event *model_event(struct model *m, int side, uint64_t n);

/* What it comes down to; false if there is none. */
bool model_digest(struct model *m, int side, uint64_t n, struct digest *digest);

/* Where that event came from, if known; NULL for NULL. */
const struct symbol *model_symbol(struct model *m, int side, const struct event *e);

/* enum difference bits of a place; 0 with one run, and in a heading. */
unsigned model_differences(struct model *m, struct place place);

/* What each block of a side holds; NULL where nothing is known. */
const struct zone *model_zones(struct model *m, int side, size_t *count);

#endif
