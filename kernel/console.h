/* SPDX-License-Identifier: MIT */
/* The console for people: COM1. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stddef.h>

void console_init(void);
void console_write(const char *text, size_t length);

/* With the conversions of format.h. */
void printk(const char *text, ...) __attribute__((format(printf, 1, 2)));

#endif
