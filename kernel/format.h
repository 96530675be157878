/* SPDX-License-Identifier: MIT */
/* A printf of the few conversions a kernel needs. */
#ifndef FORMAT_H
#define FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Where the characters go, one by one. */
struct sink {
	void (*put)(struct sink *sink, char c);
	char *at, *end; /* of a buffer */
};

/* %s %c %d %u %x %p, with l, a width, 0 and - as in printf; %% */
void format(struct sink *sink, const char *text, va_list *args);

/* Into a buffer, always ended by a zero byte; returns the length written. */
size_t format_text(char *buffer, size_t size, const char *text, ...)
	__attribute__((format(printf, 3, 4)));
size_t format_text_list(char *buffer, size_t size, const char *text, va_list args)
	__attribute__((format(printf, 3, 0)));

#endif
