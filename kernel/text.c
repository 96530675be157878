/* SPDX-License-Identifier: MIT */
/* Text that goes into a buffer of fixed size, and numbers that come out of text. */
#include "text.h"

void copy_text(char *to, size_t size, const char *from)
{
	size_t i;

	for (i = 0; i + 1 < size && from[i]; i++)
		to[i] = from[i];
	to[i] = 0;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return 99;
}

bool parse_number(const char *text, uint64_t *value)
{
	unsigned base = 10;
	uint64_t sum = 0;

	if (text[0] == '0' && text[1] == 'x') {
		base = 16;
		text += 2;
	}
	if (!*text)
		return false;
	for (; *text; text++) {
		unsigned digit = (unsigned)digit_of(*text);
		uint64_t more;

		if (digit >= base || __builtin_mul_overflow(sum, base, &more) ||
		    __builtin_add_overflow(more, digit, &sum))
			return false;
	}
	*value = sum;
	return true;
}
