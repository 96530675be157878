/* SPDX-License-Identifier: MIT */
/* A whole trace file, item by item, for the commands that only read it. */
#ifndef WIRE_TRACE_FILE_H
#define WIRE_TRACE_FILE_H

#include "reader.h"

/*
 * Calls take() for each item; it returns 0, or anything else to stop. Returns 0,
 * EXIT_TROUBLE after a message, or what take() returned.
 */
int trace_file_read(const char *path, int (*take)(void *ctx, const struct item *item), void *ctx,
		    struct reader_counts *counts);

#endif
