/* SPDX-License-Identifier: MIT */
#include "reader.h"

#include <string.h>

void reader_init(struct reader *r)
{
	memset(r, 0, sizeof(*r));
	packets_init(&r->packets);
}

void reader_free(struct reader *r)
{
	packets_free(&r->packets);
}

uint8_t *reader_room(struct reader *r, size_t want)
{
	return packets_room(&r->packets, want);
}

void reader_fed(struct reader *r, size_t bytes)
{
	packets_fed(&r->packets, bytes);
	r->count.bytes += bytes;
}

void reader_end(struct reader *r)
{
	r->at_end = true;
}

static enum item_kind damage(struct reader *r, struct item *item, uint64_t offset, uint64_t bytes,
			     const char *why)
{
	item->offset = offset;
	item->bytes = bytes;
	item->cpu = r->in_packet ? r->packet.head.cpu : 0;
	item->why = why;
	r->count.damages++;
	r->count.damaged_bytes += bytes;
	return item->kind = ITEM_DAMAGE;
}

static enum item_kind gap(struct reader *r, struct item *item, int64_t lost, const char *why)
{
	item->offset = r->packet.offset;
	item->cpu = r->packet.head.cpu;
	item->lost = lost;
	item->why = why;
	r->count.gaps++;
	if (lost > 0)
		r->count.missing += (uint64_t)lost;
	return item->kind = ITEM_GAP;
}

static void forget_boot(struct reader *r)
{
	memset(r->known, 0, sizeof(r->known));
	r->next_packet = 0;
}

/*
 * A packet has come: is it the one that had to come? Its numbers are taken over, so
 * that the next question is about the next packet.
 */
static enum item_kind begin_packet(struct reader *r, struct item *item)
{
	const struct ft_packet *head = &r->packet.head;
	unsigned cpu = head->cpu;

	if (head->sequence == 0 && head->first == 0 && r->any && r->next_packet) {
		forget_boot(r);
		r->held = true;
		item->offset = r->packet.offset;
		return item->kind = ITEM_BOOT;
	}
	bool in_order = head->sequence == r->next_packet;
	uint64_t expected = r->known[cpu] || head->sequence == 0 || in_order
				    ? r->next_first[cpu] * r->known[cpu]
				    : head->first;
	int64_t lost = (int64_t)(head->first - expected);
	bool first = !r->any;

	r->any = true;
	r->held = false;
	r->in_packet = true;
	r->next_packet = head->sequence + 1;
	unpack_begin(&r->unpack, &r->packet);
	r->count.packets++;
	r->count.payload += head->length;
	if (first && head->sequence)
		return gap(r, item, -1, "the beginning of the trace is missing");
	if (!in_order)
		return gap(r, item, lost > 0 ? lost : -1, "packets are missing");
	if (lost)
		return gap(r, item, lost > 0 ? lost : -1, "records are missing");
	return ITEM_MORE;
}

static enum item_kind next_record(struct reader *r, struct item *item)
{
	unsigned cpu = r->packet.head.cpu;
	int status = unpack_next(&r->unpack, &item->record);

	r->next_first[cpu] = r->unpack.sequence;
	r->known[cpu] = true;
	if (status == 0) {
		r->in_packet = false;
		return ITEM_MORE;
	}
	if (status < 0) {
		damage(r, item, r->packet.offset, r->packet.bytes, r->unpack.why);
		r->in_packet = false;
		return item->kind;
	}
	unsigned kind = FT_META_KIND(item->record.word[FT_META]);

	r->count.records++;
	r->count.entries += kind == FT_ENTRY;
	r->count.exits += kind == FT_EXIT;
	item->offset = r->packet.offset;
	item->cpu = cpu;
	if (kind == FT_LOST) {
		/* A loss that does not fit is no number of records. */
		uint64_t lost = item->record.word[FT_VALUE];

		item->lost = lost >> 32 ? -1 : (int64_t)lost;
		item->why = "records lost by the kernel's ring";
		r->count.gaps++;
		r->count.lost += lost >> 32 ? 0 : lost;
		return item->kind = ITEM_GAP;
	}
	return item->kind = ITEM_RECORD;
}

enum item_kind reader_next(struct reader *r, struct item *item)
{
	enum item_kind found;

	for (;;) {
		if (r->in_packet) {
			found = next_record(r, item);
			if (found != ITEM_MORE)
				return found;
			continue;
		}
		if (r->held) {
			found = begin_packet(r, item);
			if (found != ITEM_MORE)
				return found;
			continue;
		}
		switch (packets_next(&r->packets, &r->packet, r->at_end)) {
		case PACKET_MORE: return item->kind = ITEM_MORE;
		case PACKET_DAMAGE:
			return damage(r, item, r->packet.offset, r->packet.bytes, r->packet.why);
		case PACKET_NEWER:
			r->count.newer++;
			item->offset = r->packet.offset;
			item->bytes = r->packet.bytes;
			item->version = r->packet.head.version;
			item->cpu = r->packet.head.cpu;
			item->why = "a packet of a newer version";
			return item->kind = ITEM_NEWER;
		case PACKET_GOOD: r->held = true; break;
		}
	}
}
