/* SPDX-License-Identifier: MIT */
/*
 * What is kept beside the rows of a run, made while they are read in: digests in blocks, what is
 * in each block (zones), anchors for alignment, totals and costs.
 */
#ifndef STORE_LOAD_DIGEST_H
#define STORE_LOAD_DIGEST_H

#include <sqlite3.h>

#include "event/anchor.h"
#include "event/totals.h"
#include "event/zone.h"

struct load_digest;

/* NULL after a message. */
struct load_digest *load_digest_open(sqlite3 *db);
void load_digest_close(struct load_digest *l);

/* A run begins. */
void load_digest_begin(struct load_digest *l, int64_t run);

/* A step begins. */
void load_digest_step(struct load_digest *l);

/* For task switches, NMI windows and harms, which are no events. */
struct totals *load_digest_totals(struct load_digest *l);

/* All return 0, or -1: the database's error tells why. */
int load_digest_event(struct load_digest *l, const struct event *e);

/* before: the software work recorded at its entry. */
int load_digest_late_exit(struct load_digest *l, const struct event *e, uint32_t before);

/* Writes what is gathered; the run may go on. */
int load_digest_flush(struct load_digest *l);

#endif
