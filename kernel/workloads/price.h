/* SPDX-License-Identifier: MIT */
/*
 * The price list: guest instructions (under -icount the TSC counts them) from an event
 * to its C handler, and from the handler back. Shared with ring 3's half of it.
 */
#ifndef PRICE_H
#define PRICE_H

#include <stdbool.h>
#include <stdint.h>

enum price_kind {
	PRICE_NOTHING, /* two stamps with no event between: what measuring costs */
	PRICE_SYSCALL,
	PRICE_INT80,
	PRICE_USER_UD,
	PRICE_USER_PF,
	PRICE_USER_INT3,
	PRICE_KERNEL_UD,
	PRICE_KERNEL_INT3,
	PRICE_KERNEL_PF,
	PRICE_KERNEL_DB,
	PRICE_INTERRUPT,
	PRICE_NMI,
	PRICE_KINDS
};

/* Time stamps right before and right after an event of this kind. */
struct price_stamps {
	uint64_t kind, before, after;
};

/* RAX = time stamp; RDX is lost. */
#define STAMP "rdtsc\n\tshl $32, %%rdx\n\tor %%rdx, %%rax\n\t"

/* Begin a list, with the trace off or on. */
void price_begin(bool with_trace);

/* Ask for the stamps of the next event's handler. */
void price_arm(void);

/* Keep the cheapest of each kind. */
void price_note(const struct price_stamps *stamps);

/* The same instructions took the same time each time: the TSC counts instructions. */
bool price_counted(void);

/* One line, when both lists are full. */
void price_print(enum price_kind kind);

#endif
