/* SPDX-License-Identifier: MIT */
/*
 * The frames of one or two events, word by word: which differ, which bits the CPU pushed
 * and which software filled in, and why. Fields are named by frame.h. Draws nothing.
 */
#ifndef MODEL_FRAMES_H
#define MODEL_FRAMES_H

#include "event/frame.h"

/* One word of one event's frame */
struct frame_side {
	bool here;	   /* the entry was recorded */
	bool exited;	   /* and the exit */
	uint64_t in, out;  /* as pushed, as popped */
	uint64_t software; /* bits that software filled in; the others the CPU pushed */
	bool edited;	   /* a handler changed it on purpose */
	bool clobbered;	   /* it changed, and no handler meant it to */
};

struct frame_line {
	struct frame_side side[2];
	bool differs;	     /* both are here, and the words that were pushed differ */
	uint64_t differs_in; /* in these bits */
};

/* b may be NULL, for one run; either may be, where a run has no event. */
void frame_lines(const struct event *a, const struct event *b, struct frame_line line[FRAME_WORDS]);

/* What wrote that word: "CPU", "software", "CPU, 63:16 software". */
const char *frame_writer(const struct event *e, unsigned word);

/* One sentence: why it was the CPU or software, and what that means. Never NULL. */
const char *frame_why(const struct event *e, unsigned word);

#endif
