/* SPDX-License-Identifier: MIT */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>

#include "text.h"

static char *sink;
static size_t sink_size;

void complain_into(char *to, size_t size)
{
	sink = to;
	sink_size = size;
}

static void say(const char *format, va_list args)
{
	char raw[1024], safe[1024];

	vsnprintf(raw, sizeof(raw), format, args);
	text_clean(safe, sizeof(safe), raw, sizeof(raw));
	if (sink)
		snprintf(sink, sink_size, "%s", safe);
	else
		fprintf(stderr, "fredviz: %s\n", safe);
}

void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

int fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	return EXIT_TROUBLE;
}
