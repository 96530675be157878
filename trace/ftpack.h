/* SPDX-License-Identifier: MIT */
/*
 * Packs ring records into packets: the one writer of fredtrace.h's wire format.
 * Freestanding, so that the kernel's drain and the host's tests share it.
 */
#ifndef FTPACK_H
#define FTPACK_H

#include <stdbool.h>
#include <stddef.h>
#include "fredtrace.h"

#define FT_KINDS      16
#define FT_RECORD_MAX (1 + 3 + (FT_WORDS - 1) * 10) /* bytes of the longest packed record */

/* A record that later ones are predicted from; stale unless packet is the current one. */
struct ft_last {
	uint64_t packet;
	uint64_t word[FT_WORDS];
};

/* One packet in the making. Zero-filled memory plus ft_packer_init() is a valid start. */
struct ft_packer {
	_Alignas(8) uint8_t bytes[FT_PACKET_MAX]; /* header, then payload */
	size_t used;				  /* header included */
	uint64_t packet;			  /* packets begun so far; 0 = none */
	uint64_t tsc;				  /* of the record before */
	struct ft_last last[FT_KINDS][FT_SLOTS];
};

/* Begin with CPU `cpu`. Nothing is allocated and nothing can fail. */
void ft_packer_init(struct ft_packer *packer, unsigned cpu);

/*
 * Append the record with ring sequence `sequence`; records must come in order and
 * without holes. False: no room, nothing was written: finish the packet and
 * call again.
 */
bool ft_pack(struct ft_packer *packer, const struct ft_record *record, uint64_t sequence);

/*
 * Close the packet as number `sequence` of the boot: fill in header and CRC. Returns its length
 * in bytes, at packer->bytes, valid until the next ft_pack(); 0 = it holds no record.
 */
size_t ft_packer_finish(struct ft_packer *packer, uint32_t sequence);

/* CRC-32 as zlib's crc32() computes it; start with crc = 0. */
uint32_t ft_crc32(uint32_t crc, const uint8_t *bytes, size_t length);

#endif
