/* SPDX-License-Identifier: MIT */
#include "unpack.h"

#include <string.h>

void unpack_begin(struct unpack *u, const struct packet *packet)
{
	u->begin = u->at = packet->payload;
	u->end = packet->payload + packet->head.length;
	u->sequence = packet->head.first;
	u->tsc = 0;
	u->why = NULL;
	memset(u->seen, 0, sizeof(u->seen));
}

uint64_t unpack_offset(const struct unpack *u)
{
	return (uint64_t)(u->at - u->begin);
}

/* LEB128 of at most 64 bits. False when it is cut short or too long. */
static inline bool read_number(struct unpack *u, uint64_t *value)
{
	const uint8_t *at = u->at;
	uint64_t result = 0;

	for (unsigned shift = 0; shift < 64 && at < u->end; shift += 7) {
		uint64_t byte = *at++;

		if (shift == 63 && byte > 1)
			return false;
		result |= (byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			u->at = at;
			*value = result;
			return true;
		}
	}
	return false;
}

static inline uint64_t unzigzag(uint64_t v)
{
	return v >> 1 ^ (0 - (v & 1));
}

static int bad(struct unpack *u, const char *why)
{
	u->why = why;
	u->at = u->end;
	return -1;
}

/* Words of an FT_EXIT that are predicted from the exit before, not from its entry. */
#define EXIT_OWN (1u << FT_META | 1u << FT_AUX | 1u << FT_VALUE)

static void predict(struct unpack *u, unsigned kind, unsigned slot, uint64_t *word)
{
	bool seen = u->seen[kind] >> slot & 1;

	if (kind == FT_EXIT) {
		uint64_t *own = u->last[FT_EXIT][slot];

		if (u->seen[FT_ENTRY] >> slot & 1)
			memcpy(word, u->last[FT_ENTRY][slot], sizeof(u->last[0][0]));
		else
			memset(word, 0, sizeof(u->last[0][0]));
		for (unsigned w = 0; w < FT_WORDS; w++) {
			if (EXIT_OWN >> w & 1)
				word[w] = seen ? own[w] : 0;
		}
	} else if (seen) {
		memcpy(word, u->last[kind][slot], sizeof(u->last[0][0]));
	} else {
		memset(word, 0, sizeof(u->last[0][0]));
	}
	word[FT_TSC] = u->tsc;
}

int unpack_next(struct unpack *u, struct ft_record *record)
{
	uint64_t *word = record->word;
	uint64_t changed, delta;

	if (u->at == u->end)
		return 0;
	unsigned kind = *u->at & 0x0f, slot = *u->at >> 4;

	u->at++;
	if (!kind)
		return bad(u, "a record has no kind");
	if (!read_number(u, &changed) || changed >> (FT_WORDS - 1))
		return bad(u, "a record's list of changed words makes no sense");
	predict(u, kind, slot, word);
	for (unsigned w = 1; changed; w++, changed >>= 1) {
		if (!(changed & 1))
			continue;
		if (!read_number(u, &delta))
			return bad(u, "a record is cut short");
		word[w] += unzigzag(delta);
	}
	if (FT_META_KIND(word[FT_META]) != kind || FT_META_DEPTH(word[FT_META]) % FT_SLOTS != slot)
		return bad(u, "a record contradicts its own kind or depth");
	u->tsc = word[FT_TSC];
	memcpy(u->last[kind][slot], word, sizeof(u->last[0][0]));
	u->seen[kind] |= (uint16_t)(1u << slot);
	word[FT_COMMIT] = kind == FT_LOST ? 0 : ++u->sequence;
	return 1;
}
