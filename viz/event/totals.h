/* SPDX-License-Identifier: MIT */
/*
 * The numbers that sum up a run, counted while it is read in, so that ten million
 * rows need not be counted later. Knows no database.
 */
#ifndef EVENT_TOTALS_H
#define EVENT_TOTALS_H

#include <stddef.h>

#include "digest.h"

#define TOTALS_WORKS (8 * sizeof(((struct digest *)0)->work))
#define TOTALS_HARMS FT_HARM_END /* 0: of a kind that is not known here */

_Static_assert(FT_WORK_END <= 1 << TOTALS_WORKS, "a digest holds every piece of software work");

struct totals {
	uint64_t events, deepest, stack_switches, task_switches, nmis, nested_nmis;
	uint64_t nmi_windows, held_back; /* spans with NMIs blocked; those in which one waited */
	uint64_t clobbered, unreturned, gaps, lost, with_work;
	uint64_t work[TOTALS_WORKS], harm[TOTALS_HARMS];
};

/* Each number's name; in the database and for the summary. work and harm are not among them. */
struct totals_name {
	const char *key, *text;
	size_t offset;
};

extern const struct totals_name totals_names[];
extern const size_t totals_count;

uint64_t *totals_number(struct totals *t, size_t index);

/* Where harms of that kind are counted; one that is not known here shares number 0. */
uint64_t *totals_harm(struct totals *t, uint64_t harm);

/* e and its digest; a gap counts as one. */
void totals_event(struct totals *t, const struct event *e, const struct digest *d);

/* The exit of an event that counted as one without; before: the work that was recorded at its
 * entry. */
void totals_late_exit(struct totals *t, const struct event *e, uint32_t before);

/* What one kind of event cost under one delivery: ticks from entry to exit */
struct cost {
	bool fred;
	uint8_t type, vector;
	uint64_t events, returned, ticks, least, most, work;
};

void cost_event(struct cost *c, const struct event *e);

#endif
