/* SPDX-License-Identifier: MIT */
/*
 * A stretch of a run over time as swim lanes, one a stack, cut into columns: what a line
 * of a screen, or of a picture, can show. The closer one looks, the more is known.
 * Draws nothing.
 */
#ifndef MODEL_LANES_H
#define MODEL_LANES_H

#include "model.h"

#define LANES	    8			/* enum ft_stack up to the user's */
#define LANES_ROWS  1024		/* events, up to which their ends are read, too */
#define LANES_BLOCK (32 * DIGEST_BLOCK) /* events, up to which each is looked at */

_Static_assert(LANES == FT_STACK_USER + 1, "a lane for each stack that has a name");

/* What x stands for */
enum lanes_unit { LANES_TICKS, LANES_EVENTS };

/* How much is known of a column */
enum lanes_detail {
	LANES_EXACT,   /* entries and exits */
	LANES_ENTRIES, /* how many entries */
	LANES_PRESENCE /* whether a block of events around it has any on that stack */
};

enum lanes_mark {
	LANES_BLOCKED = 1 << 0, /* NMIs were blocked */
	LANES_CLOBBERED = 1 << 1,
	LANES_GAP = 1 << 2,
	LANES_NMI = 1 << 3 /* one was delivered */
};

struct lanes_cell {
	uint32_t entries; /* events that began in this column, on this stack */
	uint8_t deepest;  /* of those that were under way */
	bool busy;	  /* one was under way */
};

struct lanes_column {
	uint64_t first_n; /* the first event that began here; 0 = none */
	unsigned marks;	  /* enum lanes_mark */
	struct lanes_cell lane[LANES];
};

struct lanes {
	enum lanes_unit unit;
	enum lanes_detail detail;
	uint64_t from, to; /* column i covers from + (to - from) * i / columns ... */
	int columns;
	struct lanes_column *column;
};

/* False without memory, or if the database could not be read. to > from, columns > 0. */
bool lanes_read(struct model *m, int side, enum lanes_unit unit, uint64_t from, uint64_t to,
		int columns, struct lanes *out);
void lanes_free(struct lanes *lanes);

/* All of a run: from its first time stamp (or event) to just after its last. */
void lanes_whole(struct model *m, int side, enum lanes_unit unit, uint64_t *from, uint64_t *to);

/* Where an event stands on that axis, and the last event at or before such a place. */
uint64_t lanes_of_event(struct model *m, int side, enum lanes_unit unit, uint64_t n);
uint64_t lanes_event_at(struct model *m, int side, enum lanes_unit unit, uint64_t x);

#endif
