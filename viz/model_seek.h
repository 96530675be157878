/* SPDX-License-Identifier: MIT */
/* The next row of a kind, in either direction, in slices short enough for a screen. */
#ifndef MODEL_SEEK_H
#define MODEL_SEEK_H

#include "filter.h"
#include "model.h"

enum seek_kind {
	SEEK_STEP,	   /* a step's heading */
	SEEK_DIFFERENCE,   /* any of seek.differences */
	SEEK_FILTER,	   /* an event of either side that passes seek.filter */
	SEEK_NMI_WINDOW,   /* NMIs are blocked, at the event before they were not */
	SEEK_STACK_SWITCH, /* another stack than the event before */
};

struct seek {
	enum seek_kind kind;
	unsigned differences; /* enum difference bits, usually DIFFERS_MATTERS */
	struct filter filter;
};

enum seek_end {
	SEEK_FOUND, /* *place is it */
	SEEK_NONE,  /* there is none; *place is the last row that was looked at */
	SEEK_MORE   /* the time is up: go on from *place with another call */
};

/* Looks behind *place (direction > 0) or before it, for about so many milliseconds. */
enum seek_end model_seek(struct model *m, struct place *place, int direction,
			 const struct seek *seek, unsigned budget_ms);

#endif
