/* SPDX-License-Identifier: MIT */
/* Where a running kernel's bytes come from: a Unix socket, or a file that grows. */
#ifndef WIRE_SOURCE_H
#define WIRE_SOURCE_H

#include <signal.h>

/*
 * All three give a file descriptor, or -1 after a message. They wait up to `seconds`
 * for the other side to appear, and give up early when *stop is set.
 */
int source_connect(const char *path, unsigned seconds, const volatile sig_atomic_t *stop);
int source_listen(const char *path, unsigned seconds, const volatile sig_atomic_t *stop);
int source_follow(const char *path, unsigned seconds, const volatile sig_atomic_t *stop);

#endif
