/* SPDX-License-Identifier: MIT */
/* A raw dump of the kernel's ring memory (trace_rings, or its slots alone) as records. */
#ifndef WIRE_RING_DUMP_H
#define WIRE_RING_DUMP_H

#include <stddef.h>

#include "trace/fredtrace.h"

/*
 * The records that are newer than sequence number `after` - 1, oldest first, for free().
 * Slots never written or half written are left out. 0, or EXIT_TROUBLE after a message.
 */
int ring_dump_read(const char *path, uint64_t after, struct ft_record **records, size_t *count);

#endif
