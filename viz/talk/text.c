/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <langinfo.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

size_t text_decode(const char *text, size_t len, uint32_t *point)
{
	const unsigned char *s = (const unsigned char *)text;

	static const struct {
		unsigned char mask, lead, bytes;
		uint32_t lowest;
	} forms[] = {
		{0x80, 0x00, 1, 0},
		{0xe0, 0xc0, 2, 0x80},
		{0xf0, 0xe0, 3, 0x800},
		{0xf8, 0xf0, 4, 0x10000},
	};

	for (size_t f = 0; f < sizeof(forms) / sizeof(forms[0]); f++) {
		if ((s[0] & forms[f].mask) != forms[f].lead)
			continue;
		if (forms[f].bytes > len)
			return 0;
		uint32_t p = s[0] & (unsigned char)~forms[f].mask;

		for (size_t i = 1; i < forms[f].bytes; i++) {
			if ((s[i] & 0xc0) != 0x80)
				return 0;
			p = p << 6 | (s[i] & 0x3f);
		}
		if (p < forms[f].lowest || p > 0x10ffff || (p >= 0xd800 && p <= 0xdfff))
			return 0;
		*point = p;
		return forms[f].bytes;
	}
	return 0;
}

/* Characters that move the cursor, change colours, or reorder what stands beside them. */
static bool is_harmful(uint32_t p)
{
	return p < 0x20 || (p >= 0x7f && p < 0xa0) || (p >= 0x200b && p <= 0x200f) ||
	       (p >= 0x2028 && p <= 0x202e) || (p >= 0x2060 && p <= 0x206f) || p == 0xfeff ||
	       (p >= 0xe0000 && p <= 0xe0fff);
}

static size_t clean(char *dst, size_t size, const char *src, size_t len, uint32_t highest)
{
	const unsigned char *s = (const unsigned char *)src;
	size_t out = 0, in = 0;

	if (!size)
		return 0;
	while (in < len && s[in]) {
		uint32_t point = 0;
		size_t bytes = text_decode(src + in, len - in, &point);
		bool good = bytes && !is_harmful(point) && point <= highest;
		size_t need = good ? bytes : 1;

		if (out + need >= size)
			break;
		if (good)
			memcpy(dst + out, s + in, bytes);
		else
			dst[out] = '?';
		out += need;
		in += bytes ? bytes : 1;
	}
	dst[out] = 0;
	return out;
}

size_t text_clean(char *dst, size_t size, const char *src, size_t len)
{
	return clean(dst, size, src, len, 0x10ffff);
}

size_t text_clean_ascii(char *dst, size_t size, const char *src, size_t len)
{
	return clean(dst, size, src, len, 0x7f);
}

int text_point_width(uint32_t point)
{
	/* In the C locale wcwidth() knows ASCII only; our own glyphs are all narrow. */
	int width = point < 0x80 ? 1 : wcwidth((wchar_t)point);

	return width < 0 ? 1 : width;
}

int text_width(const char *s)
{
	int width = 0;
	size_t len = strlen(s);

	for (size_t i = 0; i < len;) {
		uint32_t point = '?';
		size_t bytes = text_decode(s + i, len - i, &point);

		width += text_point_width(point);
		i += bytes ? bytes : 1;
	}
	return width;
}

size_t text_fit(char *dst, size_t size, const char *src, int width)
{
	size_t len = strlen(src), in = 0, out = 0;
	int at = 0;
	bool cut = text_width(src) > width;
	int room = cut ? width - 1 : width;

	if (!size)
		return 0;
	while (in < len) {
		uint32_t point = '?';
		size_t bytes = text_decode(src + in, len - in, &point);
		int wide = text_point_width(point);

		bytes = bytes ? bytes : 1;
		if (at + wide > room || out + bytes + 1 >= size)
			break;
		memcpy(dst + out, src + in, bytes);
		out += bytes;
		in += bytes;
		at += wide;
	}
	if (cut && width > 0 && out + 1 < size) {
		dst[out++] = '~';
		at++;
	}
	while (at < width && out + 1 < size) {
		dst[out++] = ' ';
		at++;
	}
	dst[out] = 0;
	return out;
}

bool text_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}
