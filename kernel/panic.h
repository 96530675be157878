/* SPDX-License-Identifier: MIT */
/* The end of a kernel that found itself wrong: what, where, and the way there. */
#ifndef PANIC_H
#define PANIC_H

#include <stdint.h>

struct trap_frame;

/* Say what is wrong, where (a backtrace), send what the trace holds, end with EXIT_PANIC. */
void panic(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* The same for an event that no handler can take: its frame is printed decoded. */
void panic_frame(const struct trap_frame *frame, const char *why) __attribute__((noreturn));

/* Print a frame word by word, with names. */
void print_frame(const struct trap_frame *frame);

#define assert_kernel(condition)                                                    \
	do {                                                                        \
		if (!(condition))                                                   \
			panic("%s:%d: not so: %s", __FILE__, __LINE__, #condition); \
	} while (0)

#endif
