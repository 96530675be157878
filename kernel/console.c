/* SPDX-License-Identifier: MIT */
/* COM1. Usable from any handler: no state is shared between calls. */
#include "console.h"
#include <stdint.h>
#include "format.h"
#include "serial.h"

void console_init(void)
{
	serial_init(COM1);
}

void console_write(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n')
			serial_write(COM1, (const uint8_t *)"\r", 1);
		serial_write(COM1, (const uint8_t *)&text[i], 1);
	}
}

static void put_serial(struct sink *sink, char c)
{
	(void)sink;
	console_write(&c, 1);
}

void printk(const char *text, ...)
{
	struct sink sink = {.put = put_serial};
	va_list args;

	va_start(args, text);
	format(&sink, text, &args);
	va_end(args);
}
