/* SPDX-License-Identifier: MIT */
/* The C library's memory and string functions that a freestanding kernel brings along. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *a, const void *b, size_t length);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t length);

/* From or to where there may be no page: the bytes left when a #PF had no cure, 0 = all went. */
size_t copy_bytes_user(void *to, const void *from, size_t length);

/* Copy at most size - 1 characters; the result always ends in a zero byte. */
void copy_text(char *to, size_t size, const char *from);

/* A whole decimal or 0x number. False: text is anything else, or too large. */
bool parse_number(const char *text, uint64_t *value);

#endif
