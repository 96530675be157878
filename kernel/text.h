/* SPDX-License-Identifier: MIT */
/* Text that goes into a buffer of fixed size, and numbers that come out of text. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copy at most size - 1 characters; the result always ends in a zero byte. */
void copy_text(char *to, size_t size, const char *from);

/* A whole decimal or 0x number. False: text is anything else, or too large. */
bool parse_number(const char *text, uint64_t *value);

#endif
