/* SPDX-License-Identifier: MIT */
/* What is kept of open events, where nothing overwrites it. */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdint.h>
#include "kernel/frame.h"

/* An event that was entered and not yet left, and what it came with. */
struct open_event {
	struct trap_frame *at;
	struct trap_frame pushed;
	uint64_t event;	      /* its number in the trace */
	uint64_t rip, rflags; /* as pushed; abandoned: as a handler edited them */
	uint64_t gs;	      /* GS.base it came with */
	unsigned work;	      /* enum ft_work */
};

/* The used part of an event stack that an event interrupted. */
#define KEPT_BYTES 4096
struct kept {
	uint64_t from, length;	 /* length 0: nothing is kept */
	uint64_t returns, where; /* the event that is returning by a frame in it, or 0 */
	uint8_t bytes[KEPT_BYTES];
};

/* The running task's open events: [1] the outermost to [*depth] the innermost. */
struct open_event *harm_open(unsigned *depth);

/* Change a word of what the innermost event interrupted, on purpose. */
void harm_mend(uint64_t *word, uint64_t value);

/* Record harm to the running task's innermost event. */
void harm_note(unsigned harm, uint64_t where, uint64_t value);

/* By harm.c: an event begins; it ends; what it interrupted. */
void ledger_enter(struct trap_frame *frame, unsigned work);
void ledger_leave(const struct trap_frame *frame, uint64_t event);
void ledger_forget_left(void);
struct kept *ledger_kept(unsigned depth);

/* The last byte there that has changed, all put back; 0: none has. */
uint64_t ledger_put_back(const struct kept *keep);

/* Where the event is to return to, if a handler edited its frame. */
void ledger_note_edits(struct open_event *open, unsigned depth);

#endif
