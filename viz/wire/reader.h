/* SPDX-License-Identifier: MIT */
/*
 * From bytes to records, with everything that is missing between them: the whole
 * reading side of the wire format behind one "what comes next?".
 */
#ifndef WIRE_READER_H
#define WIRE_READER_H

#include "packets.h"
#include "unpack.h"

enum item_kind {
	ITEM_MORE,   /* feed more bytes; after reader_end(): nothing is left */
	ITEM_RECORD, /* item->record */
	ITEM_GAP,    /* item->lost records (-1: unknown) of item->cpu are not there */
	ITEM_DAMAGE, /* item->bytes at item->offset could not be read, item->why */
	ITEM_NEWER,  /* a packet of format version item->version was skipped */
	ITEM_BOOT    /* the packets of another boot begin */
};

struct item {
	enum item_kind kind;
	uint64_t offset; /* in the input, of the packet or the damage */
	uint64_t bytes;
	unsigned cpu, version;
	int64_t lost;
	const char *why;
	struct ft_record record;
};

struct reader_counts {
	uint64_t bytes, packets, payload, records, entries, exits;
	uint64_t lost;	  /* records that the kernel said it lost */
	uint64_t missing; /* records that the packets' numbers say are missing */
	uint64_t gaps;	  /* places where either happened, unknown amounts included */
	uint64_t damages, damaged_bytes, newer;
};

struct reader {
	struct packets packets;
	struct packet packet;
	struct unpack unpack;
	bool in_packet, at_end, held, any;
	uint32_t next_packet;
	uint64_t next_first[256];
	bool known[256];
	struct reader_counts count;
};

void reader_init(struct reader *r);
void reader_free(struct reader *r);

/* Where the caller may write up to `want` bytes, and how many it then wrote. */
uint8_t *reader_room(struct reader *r, size_t want);
void reader_fed(struct reader *r, size_t bytes);
void reader_end(struct reader *r);

enum item_kind reader_next(struct reader *r, struct item *item);

#endif
