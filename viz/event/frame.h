/* SPDX-License-Identifier: MIT */
/* FRED's 64-byte frame, word by word, with the bit fields named. */
#ifndef EVENT_FRAME_H
#define EVENT_FRAME_H

#include <stddef.h>

#include "event.h"

/* "rip", "ss", ... and the word's offset in the frame is 8 * index. */
const char *frame_word_name(unsigned word);

/*
 * The fields of one word as text: "csl=1", "STI 64bit type=3 (hardware exception)".
 * The frame's own type and vector decide what error code and event data mean.
 */
void frame_word_text(const uint64_t *frame, unsigned word, char *to, size_t size);

/* One sentence on what a word is for. */
const char *frame_word_help(unsigned word);

#endif
