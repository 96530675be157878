/* SPDX-License-Identifier: MIT */
/* A frame by which the CPU would not go to ring 3: what was wrong with it. */
#ifndef REFUSED_H
#define REFUSED_H

#include "frame.h"

/* The fault of an IRET or ERETU in entry code: keep it, and the five words that were to be popped.
 */
void refused_note(const struct trap_frame *fault);

/* "#GP, error 0, at idt_iret_user ...": the fault, the words, and the check that failed; lines. */
void refused_print(void);

#endif
