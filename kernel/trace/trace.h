/* SPDX-License-Identifier: MIT */
/*
 * The kernel's side of the trace (docs/trace-format.md): records go into a ring from
 * any context, NMI inside #PF inside NMI included; a drain outside handlers packs
 * and sends them.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stdint.h>
#include "trace/fredtrace.h"

struct trap_frame;
struct task;

/* Choose the transport by options.trace. False: the one asked for is not there. */
bool trace_init(void);
const char *trace_transport(void);

/* Recording on or off, outside of any event; the price list measures with it off. */
void trace_set(bool on);
extern bool trace_on;
static inline bool trace_recording(void)
{
	return trace_on;
}

/* By event_enter() and event_leave(). */
void trace_entry(struct trap_frame *frame, unsigned work);
void trace_exit(struct trap_frame *frame, unsigned work);

/* The next event with this vector is injected on request: its entry says so. */
void trace_injected(unsigned vector);

/* Delivery went wrong for `event` (enum ft_harm says what where and value are). */
void trace_harm(unsigned harm, uint64_t event, uint64_t where, uint64_t value);

/* Records of other kinds. */
void trace_run(const char *workload, uint64_t run);
void trace_info(const char *key, const char *value);
void trace_task(const struct task *task);
void trace_stack(unsigned task, unsigned stack, uint64_t lowest, uint64_t size);
void trace_mark(uint64_t step, const char *text);
void trace_result(unsigned step, uint64_t value);
void trace_switch(const struct task *from, const struct task *to);

/* The run is over: record it, then drain all. */
void trace_end(uint64_t code);

/* Send what the ring holds. Task context; a second caller meanwhile does nothing. */
void trace_drain(void);

/* True when a quarter of the ring waits: time to drain. */
bool trace_wants_drain(void);

/* Records lost for want of room, and sent, since boot. */
uint64_t trace_lost(void);
uint64_t trace_sent(void);

#endif
