/* SPDX-License-Identifier: MIT */
/* How a new ring-3 task gets into ring 3. */
#ifndef FIRST_FRAME_H
#define FIRST_FRAME_H

#include "frame.h"

/* Fill the frame, on top of the task's kernel stack, by whose return the task begins: at `rip` with
 * stack `rsp` and RDI = argument. */
void first_frame(struct trap_frame *frame, uint64_t rip, uint64_t rsp, uint64_t argument);

#endif
