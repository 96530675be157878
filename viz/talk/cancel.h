/* SPDX-License-Identifier: MIT */
/* Ctrl-C (SIGINT, SIGTERM, SIGHUP) as a wish that long work asks for, instead of an end. */
#ifndef TALK_CANCEL_H
#define TALK_CANCEL_H

#include <stdbool.h>

/* From begin to end such a signal only sets the wish; a second one ends the program. */
void cancel_begin(void);
bool cancel_wanted(void);
void cancel_end(void);

#endif
