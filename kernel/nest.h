/* SPDX-License-Identifier: MIT */
/* Events inside each other: those of a task that were entered and not yet left. */
#ifndef NEST_H
#define NEST_H

#include <stdint.h>

#define NEST_DEPTH 16 /* nesting that is told apart; deeper events share the last slot */

#define NEST_NO_EVENT (~0ull)

struct nest {
	unsigned depth; /* 0: in no event */
	struct {
		uint64_t event;	      /* its number in the trace */
		uint64_t edited;      /* mask of frame words that a handler changed */
		uint64_t rip, rflags; /* as they were after that */
	} open[NEST_DEPTH + 1];	      /* [1] the outermost */
};

/* Which of open[] is the innermost event's. */
static inline unsigned nest_slot(const struct nest *nest)
{
	return nest->depth < NEST_DEPTH ? nest->depth : NEST_DEPTH;
}

#endif
