/* SPDX-License-Identifier: MIT */
/* A small trace made with the kernel's own packer: what the tests of the reader take apart. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stddef.h>
#include <stdint.h>
#include "trace/ftpack.h"

#define SAMPLE_RECORDS 200
#define SAMPLE_MAX     (64 * 1024)

/* Record i: nested entries and exits with changing words; every word is used. */
static inline struct ft_record sample_record(unsigned i)
{
	struct ft_record r;
	unsigned kind = i % 2 ? FT_EXIT : FT_ENTRY, depth = 1 + i / 2 % 3;

	for (unsigned w = 0; w < FT_WORDS; w++)
		r.word[w] = (uint64_t)i * 0x9e3779b97f4a7c15ull >> (w * 3);
	r.word[FT_META] = FT_META(kind, 0, 3, depth, 0, i & 1, 0);
	r.word[FT_AUX] = i;
	r.word[FT_TSC] = 1000 + i * 17;
	return r;
}

/* Packets of ten records each; returns bytes. starts[] = where each packet begins. */
static inline size_t sample_trace(uint8_t *bytes, size_t *starts, unsigned *packets)
{
	static struct ft_packer packer;
	size_t used = 0;

	ft_packer_init(&packer, 0);
	*packets = 0;
	for (unsigned i = 0; i < SAMPLE_RECORDS; i++) {
		struct ft_record r = sample_record(i);

		ft_pack(&packer, &r, i);
		if (i % 10 != 9)
			continue;
		starts[*packets] = used;
		size_t length = ft_packer_finish(&packer, (*packets)++);

		for (size_t b = 0; b < length; b++)
			bytes[used++] = packer.bytes[b];
	}
	return used;
}

#endif
