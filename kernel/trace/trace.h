/* SPDX-License-Identifier: MIT */
/*
 * kernel/trace/, the kernel's side of the trace (docs/trace-format.md): records go into a ring from
 * any context, NMI inside #PF inside NMI included (trace.c, record.c, ring.c); a drain outside
 * handlers packs and sends them (drain.c, com2.c, virtio.c). The room uses kernel/ and trace/. What
 * records needs nothing of kernel/ but which CPU and task it runs on, so event.c, task.c and
 * schedule.c may call it.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stdint.h>
#include "trace/fredtrace.h"

struct trap_frame;

/* Recording on or off, outside of any event; the price list measures with it off. */
void trace_set(bool on);
extern bool trace_on;
static inline bool trace_recording(void)
{
	return trace_on;
}

/* By event_enter() and event_leave(), while recording. */
void trace_entry(struct trap_frame *frame, unsigned work);
void trace_exit(struct trap_frame *frame, unsigned work);

/* The next event with this vector is injected on request: its entry says so. */
void trace_injected(unsigned vector);

#endif
