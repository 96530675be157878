/* SPDX-License-Identifier: MIT */
/*
 * From bytes to packets. Bytes are fed as they come (a file's block, a socket's
 * read); whole packets with a good CRC come out, and between them each stretch of
 * bytes that is none, with its offset. Knows nothing of what is in a packet.
 */
#ifndef WIRE_PACKETS_H
#define WIRE_PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/fredtrace.h"

enum packet_status {
	PACKET_MORE,   /* nothing whole yet: feed more, or the input is at its end */
	PACKET_GOOD,   /* packet->head and packet->payload are valid */
	PACKET_DAMAGE, /* packet->offset, ->bytes and ->why tell what was skipped */
	PACKET_NEWER   /* a sound packet of a format version that is not ours */
};

struct packet {
	uint64_t offset; /* of its first byte, from the start of the input */
	uint64_t bytes;	 /* that it takes in the input */
	const char *why; /* PACKET_DAMAGE: a phrase for the message */
	struct ft_packet head;
	const uint8_t *payload; /* head.length bytes, valid until the next feed */
};

struct packets {
	uint8_t *buffer;
	size_t size, begin, end; /* unread bytes are buffer[begin..end) */
	uint64_t offset;	 /* of buffer[begin] in the input */
	bool skipping;
	uint64_t bad_from;
	const char *bad_why;
	bool memory_short;
};

void packets_init(struct packets *p);
void packets_free(struct packets *p);

/*
 * Room for at least `want` more bytes; the caller writes them there and says with
 * packets_fed() how many came. NULL if there is no memory.
 */
uint8_t *packets_room(struct packets *p, size_t want);
void packets_fed(struct packets *p, size_t bytes);

/* The next item. at_end: no more bytes will come, so what is half there is cut short. */
enum packet_status packets_next(struct packets *p, struct packet *packet, bool at_end);

#endif
