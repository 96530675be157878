/* SPDX-License-Identifier: MIT */
/* What join.c follows from event to event: which event interrupts which, and where NMIs are
 * blocked. */
#ifndef WIRE_NEST_H
#define WIRE_NEST_H

#include "join.h"

/* Sets e->parent and e->in_nmi, from its task's events that are open now. */
void join_find_parent(struct join *j, struct event *e);

/* At e's depth event n is open now, 0 = none, and nothing below it. */
void join_note_open(struct join *j, const struct event *e, uint64_t n);

void join_forget_tasks(struct join *j);

/*
 * What a record of event n says of NMIs: nmi = FT_NMI_*, delivered = it is an NMI's entry.
 * A span that ends goes to the sink; 0, or the sink's error.
 */
int join_watch_nmi(struct join *j, unsigned cpu, unsigned nmi, bool delivered, uint64_t tsc,
		   uint64_t n);

#endif
