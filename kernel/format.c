/* SPDX-License-Identifier: MIT */
/* A printf of the few conversions a kernel needs. Usable from any handler: no state is shared. */
#include "format.h"
#include <stdbool.h>
#include <stdint.h>
#include "library.h"

static void put(struct sink *sink, char c)
{
	sink->put(sink, c);
}

static void put_padded(struct sink *sink, const char *text, size_t length, int width, char pad)
{
	bool left = width < 0;
	size_t columns = (size_t)(left ? -width : width);

	for (size_t i = length; !left && i < columns; i++)
		put(sink, pad);
	for (size_t i = 0; i < length; i++)
		put(sink, text[i]);
	for (size_t i = length; left && i < columns; i++)
		put(sink, ' ');
}

static void put_number(struct sink *sink, uint64_t value, unsigned base, bool minus, int width,
		       char pad)
{
	char digits[24];
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	if (minus)
		digits[--at] = '-';
	put_padded(sink, digits + at, sizeof(digits) - at, width, pad);
}

/* One conversion, its % already eaten. Returns the character after it. */
static const char *convert(struct sink *sink, const char *f, va_list *args)
{
	char pad = ' ';
	bool left = false, wide = false;
	int width = 0;
	const char *string;
	int64_t number;

	for (; *f == '0' || *f == '-'; f++)
		*f == '0' ? (void)(pad = '0') : (void)(left = true);
	if (*f == '*') {
		width = va_arg(*args, int);
		f++;
	}
	for (; *f >= '0' && *f <= '9'; f++)
		width = width * 10 + (*f - '0');
	if (left)
		width = -width;
	for (; *f == 'l' || *f == 'z'; f++)
		wide = true;
	switch (*f) {
	case 's':
		string = va_arg(*args, const char *);
		put_padded(sink, string, strlen(string), width, ' ');
		break;
	case 'c': put(sink, (char)va_arg(*args, int)); break;
	case 'd':
		number = wide ? va_arg(*args, int64_t) : va_arg(*args, int);
		put_number(sink, number < 0 ? -(uint64_t)number : (uint64_t)number, 10, number < 0,
			   width, pad);
		break;
	case 'p': wide = true; /* fall through */
	case 'x':
	case 'u':
		put_number(sink, wide ? va_arg(*args, uint64_t) : va_arg(*args, uint32_t),
			   *f == 'u' ? 10 : 16, false, width, pad);
		break;
	default: put(sink, *f); break;
	}
	return *f ? f + 1 : f;
}

void format(struct sink *sink, const char *text, va_list *args)
{
	while (*text) {
		if (*text != '%') {
			put(sink, *text++);
			continue;
		}
		text = convert(sink, text + 1, args);
	}
}

static void put_buffer(struct sink *sink, char c)
{
	if (sink->at < sink->end)
		*sink->at++ = c;
}

size_t format_text_list(char *buffer, size_t size, const char *text, va_list args)
{
	struct sink sink = {.put = put_buffer, .at = buffer, .end = buffer + size - 1};
	va_list copy; /* a va_list parameter may be an array: its address is not a va_list's */

	va_copy(copy, args);
	format(&sink, text, &copy);
	va_end(copy);
	*sink.at = 0;
	return (size_t)(sink.at - buffer);
}

size_t format_text(char *buffer, size_t size, const char *text, ...)
{
	va_list args;
	size_t length;

	va_start(args, text);
	length = format_text_list(buffer, size, text, args);
	va_end(args);
	return length;
}
