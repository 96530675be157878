/* SPDX-License-Identifier: MIT */
/* Ctrl-C (SIGINT, SIGTERM, SIGHUP) as a request that long work checks, instead of the end. */
#ifndef TALK_CANCEL_H
#define TALK_CANCEL_H

#include <stdbool.h>

/* From begin to end such a signal only sets the request; a second one ends the program. */
void cancel_begin(void);
bool cancel_wanted(void);
void cancel_end(void);

#endif
