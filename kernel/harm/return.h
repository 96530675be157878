/* SPDX-License-Identifier: MIT */
/* Returns that the CPU refuses, and NMIs that no return unblocks. */
#ifndef RETURN_H
#define RETURN_H

#include <stdbool.h>
#include "kernel/frame.h"

/* By handle_fault(): true, if the fault was an ERETS, which is tried again. */
bool harm_refused_return(struct trap_frame *frame);

/* By harm_enter(). */
void harm_check_blocked(struct trap_frame *frame);

#endif
