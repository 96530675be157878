/* SPDX-License-Identifier: MIT */
/* What the program says of itself: its version, messages of trouble, exit codes. */
#ifndef TALK_MESSAGE_H
#define TALK_MESSAGE_H

#include <stddef.h>

#define FREDVIZ_VERSION "0.1"

enum exit_code {
	EXIT_OK = 0,
	EXIT_DIFFERENT = 1, /* a difference, or something bad was found */
	EXIT_TROUBLE = 2    /* wrong use, or what was asked could not be done */
};

/* One message to stderr, cleaned, after "fredviz: ". Ends the line. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Messages go there from now on, the last one stays; NULL: to stderr again. */
void complain_into(char *to, size_t size);

/* complain() and EXIT_TROUBLE, so that a caller can say `return fail(...)`. */
int fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
