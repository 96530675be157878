/* SPDX-License-Identifier: MIT */
/* The rows of the tables `event` and `exit_frame`: which column is which field. */
#ifndef STORE_LOAD_EVENT_H
#define STORE_LOAD_EVENT_H

#include "load.h"

/* The tables whose rows are written many per statement. open: false after a message;
 * flush: -1, the database's error tells why. */
bool load_open_batches(struct load *l);
int load_flush_batches(struct load *l);
void load_close_batches(struct load *l);

/* 0, or -1: the database's error tells why. */
int load_event_row(struct load *l, const struct event *e);

/* The event's row is in the table already; its exit came late. */
int load_late_exit(struct load *l, const struct event *e);

#endif
