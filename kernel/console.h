/* SPDX-License-Identifier: MIT */
/* The console for people: COM1, and a printf of the few conversions a kernel needs. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdarg.h>
#include <stddef.h>

void console_init(void);
void console_write(const char *text, size_t length);

/* %s %c %d %u %x %p, with l, a width, 0 and - as in printf; %% */
void printk(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* The same into a buffer, always ended by a zero byte; returns the length written. */
size_t format_text(char *buffer, size_t size, const char *text, ...)
	__attribute__((format(printf, 3, 4)));
size_t format_text_list(char *buffer, size_t size, const char *text, va_list args)
	__attribute__((format(printf, 3, 0)));

#endif
