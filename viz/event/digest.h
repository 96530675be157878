/* SPDX-License-Identifier: MIT */
/*
 * An event in 32 bytes: what alignment goes by, what two events are compared by, and what
 * filters ask. The run database keeps them in blocks beside the rows, so that ten million
 * events are looked through without reading ten million rows. Knows no database.
 */
#ifndef EVENT_DIGEST_H
#define EVENT_DIGEST_H

#include <stddef.h>

#include "event.h"

#define DIGEST_BLOCK 4096 /* events per block; block b holds n = b * DIGEST_BLOCK + 1 .. */

enum digest_flags {
	DIGEST_GAP = 1 << 0, /* records are missing here: no event */
	DIGEST_ENTERED = 1 << 1,
	DIGEST_EXITED = 1 << 2,
	DIGEST_FRED = 1 << 3,
	DIGEST_INJECTED = 1 << 4
};

/* As it lies in the database, little endian. All zero: no such event. */
struct digest {
	uint64_t key;	/* type, vector, depth, task and place: the strongest equality */
	uint32_t cause; /* of error code and event data */
	uint32_t back;	/* of where it returned to, when that is not where it came from */
	uint32_t tsc;	/* its entry, in units of DIGEST_TICKS since the block's first */
	uint16_t task, work;
	uint8_t type, vector, depth, stack, nmi, exit_nmi, clobbered, flags;
};

_Static_assert(sizeof(struct digest) == 32, "a digest is half a cache line");

#define DIGEST_TICKS 16

/* base: the time stamp that the block's times count from. */
void digest_of(struct digest *d, const struct event *e, uint64_t base);

/* Where the clock or another CPU strikes is chance, not meaning. */
static inline bool digest_by_chance(const struct digest *d)
{
	return d->type == TYPE_INTERRUPT || d->type == TYPE_NMI || d->flags & DIGEST_GAP;
}

/*
 * Keys for alignment, strongest first: an event by chance equals nothing at first, so that
 * nothing is pulled apart for it; then all go by type, vector and nesting; then by type
 * and vector. A task's own instruction (SYSCALL, INT n, INT3) is no other task's.
 */
#define DIGEST_KEYS 3
void digest_keys(const struct digest *d, uint64_t n, unsigned side, uint64_t key[DIGEST_KEYS]);

/* Scrambles v into h. */
uint64_t digest_mix(uint64_t h, uint64_t v);

/* How the two events of a row differ */
enum difference {
	DIFFERS_ONLY_A = 1 << 0,
	DIFFERS_ONLY_B = 1 << 1,
	DIFFERS_STACK = 1 << 2,
	DIFFERS_DEPTH = 1 << 3,
	DIFFERS_NMI = 1 << 4,
	DIFFERS_CAUSE = 1 << 5,	  /* error code or event data */
	DIFFERS_CLOBBER = 1 << 6, /* a frame was overwritten on one side */
	DIFFERS_RETURN = 1 << 7,  /* one returned, one did not; or elsewhere */
	DIFFERS_WORK = 1 << 8	  /* software work; nearly always so between IDT and FRED */
};

#define DIFFERENCES 9

_Static_assert(DIFFERS_WORK == 1 << (DIFFERENCES - 1), "DIFFERENCES counts the bits above");

/* What makes a row a difference that is worth a jump */
#define DIFFERS_MATTERS 0xff

/* enum difference bits of two events that stand opposite. */
unsigned digest_differences(const struct digest *a, const struct digest *b);

/* "other stack"; NULL beyond the last bit. */
const char *difference_name(unsigned bit);

/* All of them, into a buffer: "other stack, clobbered". */
const char *difference_text(unsigned differences, char *buffer, size_t size);

#endif
