/* SPDX-License-Identifier: MIT */
/* Events that were taken for another. */
#ifndef VECTOR_H
#define VECTOR_H

#include "kernel/frame.h"

/* By harm_enter(): is the event what its frame says? */
void harm_check_vector(const struct trap_frame *frame, unsigned work);

#endif
