/* SPDX-License-Identifier: MIT */
/* Records without a frame: what ran, what its steps were, and what went wrong. */
#ifndef RECORD_H
#define RECORD_H

#include <stdint.h>
#include "trace/fredtrace.h"

struct task;

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

/* The run is over. The caller drains. */
void trace_end(uint64_t code);

#endif
