/* SPDX-License-Identifier: MIT */
/*
 * A run's stacks as memory at one moment: just after an event was delivered. Each frame
 * lies where it really lay; one that another was pushed over is torn. Draws nothing.
 */
#ifndef MODEL_STACKS_H
#define MODEL_STACKS_H

#include "model.h"

#define STACKS_WINDOW 256 /* events before the moment, whose frames are looked for */

struct stacks_frame {
	uint64_t n;
	uint64_t address; /* of its lowest byte */
	unsigned bytes;	  /* 64 under FRED; 48 under the IDT, error code or its place included */
	uint8_t type, vector, depth;
	uint16_t task;
	bool open;    /* its event is still being handled; else what is left of it */
	bool rewound; /* it was pushed no lower than an open frame: the stack started again from its
			 top */
	uint64_t torn_by;   /* the event whose frame was pushed over it while it was open; 0 */
	unsigned clobbered; /* words that had changed when it was popped, if it was by now */
};

struct stacks_stack {
	uint8_t stack;		    /* enum ft_stack */
	uint16_t task;		    /* of a task's stack */
	uint64_t low, size;	    /* size = 0: the trace did not tell */
	struct stacks_frame *frame; /* the highest address first: where it began */
	size_t frames, room;
	uint64_t lowest; /* of its open frames: how far it has grown; 0 = no open frame */
	bool running;	 /* the moment's event lies here */
};

struct stacks {
	struct stacks_stack *stack; /* by enum ft_stack, then by task */
	size_t count;
	uint64_t n; /* the moment */
};

/* False without memory, or if the database could not be read. n = 0: before all events. */
bool stacks_at(struct model *m, int side, uint64_t n, struct stacks *out);
void stacks_free(struct stacks *stacks);

#endif
