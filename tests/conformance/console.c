// SPDX-License-Identifier: MIT
/* COM1, a small printf, and the way out. */
#include <stdarg.h>
#include "suite.h"

#define COM1 0x3f8

static void put(char c)
{
	static bool ready;
	int spin = 100000;

	if (!ready) {
		outb(COM1 + 1, 0);
		outb(COM1 + 3, 0x80); /* 115200 baud */
		outb(COM1 + 0, 1);
		outb(COM1 + 1, 0);
		outb(COM1 + 3, 3); /* 8n1 */
		outb(COM1 + 2, 7);
		ready = true;
	}
	while (!(inb(COM1 + 5) & 0x20) && --spin)
		pause();
	outb(COM1, c);
}

static void put_number(uint64_t value, unsigned base, int width, char fill)
{
	char digits[24];
	int n = 0;

	do
		digits[n++] = "0123456789abcdef"[value % base];
	while (value /= base);
	for (int i = n; i < width; i++)
		put(fill);
	while (n)
		put(digits[--n]);
}

/* %s %c %%, %u and %x with width and `l`, nothing else */
void print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	for (; *format; format++) {
		bool wide = false;
		char fill = ' ';
		int width = 0;

		if (*format != '%') {
			put(*format);
			continue;
		}
		if (*++format == '0')
			fill = '0';
		while (*format >= '0' && *format <= '9')
			width = 10 * width + *format++ - '0';
		while (*format == 'l') {
			wide = true;
			format++;
		}
		if (*format == 's') {
			for (const char *s = va_arg(args, const char *); *s; s++)
				put(*s);
		} else if (*format == 'c') {
			put(va_arg(args, int));
		} else if (*format == 'u' || *format == 'x') {
			uint64_t value = wide ? va_arg(args, uint64_t) : va_arg(args, unsigned);

			put_number(value, *format == 'u' ? 10 : 16, width, fill);
		} else {
			put(*format);
		}
	}
	va_end(args);
}

/* What is still on its way out goes first. QEMU's isa-debug-exit; else Bochs' and old QEMU's
 * shutdown port; else stand still */
void power_off(unsigned code)
{
	for (int spin = 100000; !(inb(COM1 + 5) & 0x40) && --spin;)
		pause();
	outb(0xf4, code);
	for (const char *s = "Shutdown"; *s; s++)
		outb(0x8900, *s);
	for (;;)
		__asm__ volatile("cli; hlt");
}
