/* SPDX-License-Identifier: MIT */
/* A run or an event as one line of text. */
#ifndef EVENT_TITLES_H
#define EVENT_TITLES_H

#include <stddef.h>

#include "event.h"

/* "run 3: tour, idt careful, 1234 events" */
void run_title(const struct run *run, char *to, size_t size);

/* Of a gap: "9 records are missing". */
void gap_title(const struct event *e, char *to, size_t size);

/* "12 #PF on task stack, depth 1"; of a gap as above; e = NULL: there is none. */
void event_title(const struct event *e, char *to, size_t size);

#endif
