/* SPDX-License-Identifier: MIT */
/*
 * Sequence alignment: which element of one list stands opposite which of another. The
 * method is Myers' O(ND) search for a shortest edit script, in its linear-space form
 * (middle snake, then both halves), after equal ends are taken off. Time is
 * O(N + D * cap); memory is O(cap), and the result's: when a search has looked at `cap` diagonals
 * without meeting, it is cut where it got furthest, and the script may then be longer
 * than the shortest. Knows nothing of events.
 */
#ifndef MODEL_ALIGN_H
#define MODEL_ALIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a stretch of rows holds */
enum align_side { ALIGN_BOTH, ALIGN_ONLY_A, ALIGN_ONLY_B };

struct align_segment {
	enum align_side side;
	size_t a, b, length; /* first elements, and rows of this stretch */
	size_t row;	     /* rows before it */
};

struct alignment {
	struct align_segment *segment;
	size_t count, room;
	size_t rows;
	bool approximate; /* a search was cut */
};

/* Myers is exact up to this many edits on each side of a middle; 1,000,000 keys with 1 %
 * of differences take 0.1 s, and no input of that size more than some seconds. */
#define ALIGN_CAP 1024

/*
 * Aligns a[0..n) with b[0..m) by equal keys. cap = 0 takes ALIGN_CAP. False without
 * memory; *result is then empty. Free it with align_free().
 */
bool align(const uint64_t *a, size_t n, const uint64_t *b, size_t m, size_t cap,
	   struct alignment *result);

/*
 * Where `base` has stretches of one side beside such of the other, aligns these again
 * by weaker keys of the same elements.
 */
bool align_refine(const struct alignment *base, const uint64_t *a, const uint64_t *b, size_t cap,
		  struct alignment *result);

/*
 * From the beginning of both lists along the path of fewest edits, to where it first meets
 * the end of either: what stands opposite there, whatever follows. False if that takes more
 * than `cap` edits, or memory is short.
 */
bool align_reach(const uint64_t *a, size_t n, const uint64_t *b, size_t m, size_t cap, size_t *x,
		 size_t *y);

void align_free(struct alignment *result);

/* The segment that holds a row (row < rows), by binary search. */
const struct align_segment *align_find(const struct alignment *al, size_t row);

#endif
