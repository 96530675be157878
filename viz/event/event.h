/* SPDX-License-Identifier: MIT */
/*
 * What the host knows of a run: its head, and its timeline, whose rows are events
 * (an entry joined with its exit) and gaps (records that were lost at that place).
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/fredtrace.h"

/* Words of FRED's frame, by index */
enum frame_word {
	FRAME_ERROR,
	FRAME_RIP,
	FRAME_CS,
	FRAME_RFLAGS,
	FRAME_RSP,
	FRAME_SS,
	FRAME_DATA,
	FRAME_ZERO,
	FRAME_WORDS
};

_Static_assert((int)FRAME_WORDS == FT_WORDS - FT_FRAME, "a record holds one frame");

#define EVENT_TYPES   16 /* four bits of the SS word; enum event_type names those in use */
#define EVENT_VECTORS 256

/* Event types, from the SS word */
enum event_type {
	TYPE_INTERRUPT = 0,
	TYPE_NMI = 2,
	TYPE_EXCEPTION = 3,
	TYPE_INT_N = 4,
	TYPE_INT1 = 5,
	TYPE_SOFT_EXCEPTION = 6,
	TYPE_OTHER = 7
};

/* One row of a timeline */
struct event {
	uint64_t n;	 /* number in the run, from 1; gaps are numbered too */
	uint64_t parent; /* n of the event that this one interrupted, 0 = none */
	uint64_t step;	 /* ordinal of the workload's step, 0 = before the first */
	bool gap;	 /* records were lost here; of the rest only lost, step, cpu count */
	bool entered;	 /* the entry was recorded; else only the exit is known */
	bool exited;	 /* the exit was recorded */
	bool in_nmi;	 /* an NMI is among what it interrupted; known while it is read in */
	int64_t lost;	 /* gap: how many records, -1 = not known */
	uint8_t cpu, depth, stack, nmi, flags, type, vector, exit_nmi;
	uint16_t task;
	uint64_t seq, tsc, address, gsbase, cr2;
	uint32_t work, exit_work; /* enum ft_work */
	uint64_t frame[FRAME_WORDS];
	uint64_t exit_seq, exit_tsc, exit_address, exit_gsbase;
	uint8_t edited;	 /* bit i: software changed frame word i on purpose */
	uint8_t changed; /* bit i: frame word i differs between entry and exit */
	uint64_t exit_frame[FRAME_WORDS];
};

/* Frame words that changed although no handler meant to change them */
static inline unsigned event_clobbered(const struct event *e)
{
	return e->changed & ~(unsigned)e->edited & 0xff;
}

/* Where it came from, and when: of its entry, or of its exit where that is all that is known. */
static inline uint64_t event_rip(const struct event *e)
{
	return e->entered ? e->frame[FRAME_RIP] : e->exit_frame[FRAME_RIP];
}

static inline uint64_t event_time(const struct event *e)
{
	return e->entered ? e->tsc : e->exit_tsc;
}

/*
 * Both frames are known: which words differ. A naive kernel reads the cause of an IDT
 * event into the frame only after its entry was recorded: that is no word overwritten.
 */
static inline void event_compare(struct event *e)
{
	for (unsigned i = 0; i < FRAME_WORDS; i++)
		e->changed |= (uint8_t)((e->frame[i] != e->exit_frame[i]) << i);
	if ((e->flags & (FT_FLAG_NAIVE | FT_FLAG_FRED)) == FT_FLAG_NAIVE && !e->frame[FRAME_DATA])
		e->edited |= 1 << FRAME_DATA;
}

/* Type and vector, from a frame's SS word */
static inline uint8_t frame_type(const uint64_t *frame)
{
	return frame[FRAME_SS] >> 48 & (EVENT_TYPES - 1);
}

static inline uint8_t frame_vector(const uint64_t *frame)
{
	return frame[FRAME_SS] >> 32 & (EVENT_VECTORS - 1);
}

#define RUN_TEXT 160

/* The head of a run */
struct run {
	int64_t id;	 /* in the database, from 1 */
	int64_t boot;	 /* runs of one boot share it */
	int64_t created; /* seconds since 1970, when it was read in */
	char name[RUN_TEXT], workload[RUN_TEXT], incomplete[RUN_TEXT];
	uint64_t options; /* enum ft_run */
	uint64_t events, gaps, lost;
	uint64_t begin_tsc, end_tsc;
	bool ended; /* FT_END was seen */
	uint64_t result;
};

#define RUN_HALF(options)   ((unsigned)((options) >> FT_RUN_HALF_SHIFT & 0xff))
#define RUN_ENGINE(options) ((unsigned)((options) >> FT_RUN_ENGINE_SHIFT & 0xf))
#define RUN_LEVELS(options) ((unsigned)((options) >> FT_RUN_LEVELS_SHIFT & 3))

#endif
