/* SPDX-License-Identifier: MIT */
/*
 * Packs ring records as differences to what a reader can predict (fredtrace.h).
 * Knows nothing of who wrote them or where the bytes go.
 */
#include "ftpack.h"

static uint32_t crc_table[4][256];

static void crc_table_fill(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
		crc_table[0][i] = c;
	}
	for (uint32_t i = 0; i < 256; i++)
		for (int t = 1; t < 4; t++)
			crc_table[t][i] = (crc_table[t - 1][i] >> 8) ^
					  crc_table[0][crc_table[t - 1][i] & 0xff];
}

/* Four bytes a step ("slicing"): the drain spends a tenth of its time here, not a third. */
uint32_t ft_crc32(uint32_t crc, const uint8_t *bytes, size_t length)
{
	if (!crc_table[0][1])
		crc_table_fill();

	crc = ~crc;
	for (; length >= 4; length -= 4, bytes += 4) {
		crc ^= (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
		       (uint32_t)bytes[3] << 24;
		crc = crc_table[3][crc & 0xff] ^ crc_table[2][(crc >> 8) & 0xff] ^
		      crc_table[1][(crc >> 16) & 0xff] ^ crc_table[0][crc >> 24];
	}
	while (length--)
		crc = crc_table[0][(crc ^ *bytes++) & 0xff] ^ (crc >> 8);
	return ~crc;
}

static uint8_t *put_leb128(uint8_t *at, uint64_t value)
{
	while (value >= 0x80) {
		*at++ = (uint8_t)value | 0x80;
		value >>= 7;
	}
	*at++ = (uint8_t)value;
	return at;
}

/* Small differences of either sign become small numbers: 0 -1 1 -2 -> 0 1 2 3. */
static uint64_t zigzag(uint64_t difference)
{
	return difference << 1 ^ (uint64_t)((int64_t)difference >> 63);
}

static const uint64_t *prediction(struct ft_packer *packer, unsigned kind, unsigned slot)
{
	static const uint64_t nothing[FT_WORDS];
	const struct ft_last *last = &packer->last[kind][slot];

	return last->packet == packer->packet ? last->word : nothing;
}

/* Writes one record and makes it the prediction of the next. */
static void put_record(struct ft_packer *packer, const uint64_t *word)
{
	unsigned kind = FT_META_KIND(word[FT_META]) % FT_KINDS;
	unsigned slot = FT_META_DEPTH(word[FT_META]) % FT_SLOTS;
	const uint64_t *own = prediction(packer, kind, slot);
	const uint64_t *entry = kind == FT_EXIT ? prediction(packer, FT_ENTRY, slot) : own;
	struct ft_last *last = &packer->last[kind][slot];
	uint64_t delta[FT_WORDS];
	unsigned changed = 0;
	uint8_t *at = packer->bytes + packer->used;

	for (unsigned i = 1; i < FT_WORDS; i++) {
		bool own_word = i == FT_META || i == FT_AUX || i == FT_VALUE;
		uint64_t guess = i == FT_TSC ? packer->tsc : own_word ? own[i] : entry[i];

		delta[i] = word[i] - guess;
		if (delta[i])
			changed |= 1u << (i - 1);
	}
	*at++ = (uint8_t)(kind | slot << 4);
	at = put_leb128(at, changed);
	for (unsigned i = 1; i < FT_WORDS; i++) {
		if (changed & 1u << (i - 1))
			at = put_leb128(at, zigzag(delta[i]));
		last->word[i] = word[i];
	}
	last->packet = packer->packet;
	packer->tsc = word[FT_TSC];
	packer->used = (size_t)(at - packer->bytes);
}

static struct ft_packet *header(struct ft_packer *packer)
{
	return (struct ft_packet *)(void *)packer->bytes;
}

/* A new packet predicts from zero, so that it can be read without the one before. */
static void begin(struct ft_packer *packer)
{
	packer->used = sizeof(struct ft_packet);
	packer->packet++;
	packer->tsc = 0;
}

void ft_packer_init(struct ft_packer *packer, unsigned cpu)
{
	header(packer)->cpu = (uint8_t)cpu;
	begin(packer);
}

/* The drain tells of a loss where it happened: just before the record that follows it. */
static void put_lost(struct ft_packer *packer, const struct ft_record *next, uint64_t lost)
{
	uint64_t word[FT_WORDS] = {
		[FT_TSC] = next->word[FT_TSC],
		[FT_META] = FT_META(FT_LOST, FT_META_CPU(next->word[FT_META]), 0, 0, 0, 0, 0),
		[FT_VALUE] = lost,
	};

	put_record(packer, word);
}

bool ft_pack(struct ft_packer *packer, const struct ft_record *record, uint64_t sequence)
{
	uint64_t lost = record->word[FT_AUX] >> 32;
	struct ft_record clean;

	if (packer->used + 2 * FT_RECORD_MAX > FT_PACKET_MAX)
		return false;
	if (packer->used == sizeof(struct ft_packet))
		header(packer)->first = sequence;
	if (!lost) {
		put_record(packer, record->word);
		return true;
	}
	clean = *record;
	clean.word[FT_AUX] &= 0xffffffffu;
	put_lost(packer, record, lost);
	put_record(packer, clean.word);
	return true;
}

size_t ft_packer_finish(struct ft_packer *packer, uint32_t sequence)
{
	struct ft_packet *packet = header(packer);
	size_t length = packer->used;

	if (length == sizeof(*packet))
		return 0;
	packet->magic = FT_MAGIC;
	packet->version = FT_VERSION;
	packet->length = (uint16_t)(length - sizeof(*packet));
	packet->sequence = sequence;
	packet->crc = 0;
	packet->crc = ft_crc32(0, packer->bytes, length);
	begin(packer);
	return length;
}
