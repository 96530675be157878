/* SPDX-License-Identifier: MIT */
/*
 * Text on its way to a terminal: made safe, measured, cut to a width. Strings from
 * traces, ELF files and databases are hostile until they went through text_clean().
 */
#ifndef TALK_TEXT_H
#define TALK_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Copies at most len bytes of src (up to a zero byte) to dst as valid UTF-8 without
 * control characters, direction overrides or broken sequences: each becomes '?'.
 * Always ends dst with a zero byte; returns the bytes written before it.
 */
size_t text_clean(char *dst, size_t size, const char *src, size_t len);

/* The same, and everything beyond ASCII becomes '?' too. */
size_t text_clean_ascii(char *dst, size_t size, const char *src, size_t len);

/*
 * Decodes one code point from at most len bytes. Returns its length, or 0 if the
 * bytes are no shortest-form UTF-8 of a real character.
 */
size_t text_decode(const char *text, size_t len, uint32_t *point);

/* Columns of one character: 0 (it combines with the one before), 1 or 2. */
int text_point_width(uint32_t point);

/* Columns that clean UTF-8 takes on a terminal. */
int text_width(const char *s);

/*
 * Copies clean UTF-8 to dst cut or padded with spaces to exactly `width` columns.
 * A cut leaves '~' in the last column. Returns bytes written before the zero byte.
 */
size_t text_fit(char *dst, size_t size, const char *src, int width);

/* True if the terminal's character set is UTF-8. */
bool text_utf8(void);

#endif
