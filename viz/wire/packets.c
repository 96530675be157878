/* SPDX-License-Identifier: MIT */
#include "packets.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define HEADER	    sizeof(struct ft_packet)
#define MAX_PAYLOAD (FT_PACKET_MAX - HEADER)

void packets_init(struct packets *p)
{
	memset(p, 0, sizeof(*p));
}

void packets_free(struct packets *p)
{
	free(p->buffer);
	memset(p, 0, sizeof(*p));
}

uint8_t *packets_room(struct packets *p, size_t want)
{
	if (p->begin) {
		memmove(p->buffer, p->buffer + p->begin, p->end - p->begin);
		p->end -= p->begin;
		p->begin = 0;
	}
	if (p->end + want > p->size) {
		uint8_t *larger = realloc(p->buffer, p->end + want);

		if (!larger)
			return NULL;
		p->buffer = larger;
		p->size = p->end + want;
	}
	return p->buffer + p->end;
}

void packets_fed(struct packets *p, size_t bytes)
{
	p->end += bytes;
}

static void advance(struct packets *p, size_t bytes)
{
	p->begin += bytes;
	p->offset += bytes;
}

static void begin_skipping(struct packets *p, const char *why)
{
	if (p->skipping)
		return;
	p->skipping = true;
	p->bad_from = p->offset;
	p->bad_why = why;
}

/* What was skipped up to here, as one item. */
static enum packet_status report_damage(struct packets *p, struct packet *packet)
{
	memset(packet, 0, sizeof(*packet));
	packet->offset = p->bad_from;
	packet->bytes = p->offset - p->bad_from;
	packet->why = p->bad_why;
	p->skipping = false;
	return PACKET_DAMAGE;
}

static bool crc_holds(const uint8_t *bytes, size_t size, uint32_t expected)
{
	struct ft_packet head;

	memcpy(&head, bytes, HEADER);
	head.crc = 0;
	uLong crc = crc32(0, (const Bytef *)&head, HEADER);

	crc = crc32(crc, bytes + HEADER, (uInt)(size - HEADER));
	return crc == expected;
}

/* Moves to the next byte that can begin the magic, at least one byte on. */
static void skip_to_magic(struct packets *p, const char *why)
{
	const uint8_t first = FT_MAGIC & 0xff;
	const uint8_t *from = p->buffer + p->begin;
	size_t left = p->end - p->begin;

	begin_skipping(p, why);
	const uint8_t *next = left > 1 ? memchr(from + 1, first, left - 1) : NULL;

	advance(p, next ? (size_t)(next - from) : left);
}

static bool magic_so_far(const uint8_t *bytes, size_t left)
{
	static const uint8_t magic[4] = {FT_MAGIC & 0xff, FT_MAGIC >> 8 & 0xff,
					 FT_MAGIC >> 16 & 0xff, FT_MAGIC >> 24};

	return !memcmp(bytes, magic, left < 4 ? left : 4);
}

enum packet_status packets_next(struct packets *p, struct packet *packet, bool at_end)
{
	for (;;) {
		const uint8_t *bytes = p->buffer + p->begin;
		size_t left = p->end - p->begin;

		if (!left) {
			if (at_end && p->skipping)
				return report_damage(p, packet);
			return PACKET_MORE;
		}
		if (!magic_so_far(bytes, left)) {
			skip_to_magic(p, "no packet begins here");
			continue;
		}
		if (left < HEADER) {
			if (!at_end)
				return PACKET_MORE;
			skip_to_magic(p, "the packet's header is cut short");
			continue;
		}
		memcpy(&packet->head, bytes, HEADER);
		if (packet->head.length > MAX_PAYLOAD) {
			skip_to_magic(p, "the packet's length is impossible");
			continue;
		}
		size_t size = HEADER + packet->head.length;

		if (left < size) {
			if (!at_end)
				return PACKET_MORE;
			skip_to_magic(p, "the packet is cut short");
			continue;
		}
		if (!crc_holds(bytes, size, packet->head.crc)) {
			skip_to_magic(p, "the packet's CRC is wrong");
			continue;
		}
		if (p->skipping)
			return report_damage(p, packet);
		packet->offset = p->offset;
		packet->bytes = size;
		packet->why = NULL;
		packet->payload = bytes + HEADER;
		advance(p, size);
		return packet->head.version == FT_VERSION ? PACKET_GOOD : PACKET_NEWER;
	}
}
