/* SPDX-License-Identifier: MIT */
/* The way out of the ring: packets, by the transport that options.trace chooses. */
#ifndef DRAIN_H
#define DRAIN_H

#include <stdbool.h>
#include <stdint.h>

/* Choose the transport by options.trace. False: the one asked for is not there. */
bool trace_init(void);
const char *trace_transport(void);

/* Send what the ring holds. Task context; a second caller meanwhile does nothing. */
void trace_drain(void);

/*
 * The same for a kernel that dies, perhaps inside trace_drain() or while a record was written: what
 * was begun is begun again, and a record that nobody will finish is left out, as a gap.
 */
void trace_drain_by_force(void);

/* True when a quarter of the ring waits: time to drain. */
bool trace_wants_drain(void);

/* Records lost for want of room, and sent, since boot. */
uint64_t trace_lost(void);
uint64_t trace_sent(void);

#endif
