/* SPDX-License-Identifier: MIT */
/*
 * From one packet's payload to ring records: the inverse of trace/ftpack.c. Every
 * packet stands alone, so the state starts from zero in each.
 */
#ifndef WIRE_UNPACK_H
#define WIRE_UNPACK_H

#include "packets.h"

#define UNPACK_KINDS 16

struct unpack {
	const uint8_t *begin, *at, *end;
	uint64_t sequence; /* of the next record that lies in the ring */
	uint64_t tsc;
	uint16_t seen[UNPACK_KINDS]; /* bit s: last[kind][s] holds a record */
	const char *why;	     /* after -1: what is wrong */
	uint64_t last[UNPACK_KINDS][FT_SLOTS][FT_WORDS];
};

void unpack_begin(struct unpack *u, const struct packet *packet);

/*
 * The next record. FT_COMMIT becomes its sequence + 1 as in the ring (0 for FT_LOST,
 * which has none). Returns 1, 0 at the end, or -1 when the payload makes no sense:
 * u->why says what, unpack_offset() where, and no further record can be had.
 */
int unpack_next(struct unpack *u, struct ft_record *record);

/* Bytes of payload that were read. */
uint64_t unpack_offset(const struct unpack *u);

#endif
