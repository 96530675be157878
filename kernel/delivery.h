/* SPDX-License-Identifier: MIT */
/*
 * What the kernel knows of its two deliveries: one struct delivery each, the functions at the end,
 * and the labels idt_return_user and fred_return_user, where a new task starts (task.c patches
 * both in by alternatives). idt/ and fred/ name nothing of each other's.
 */
#ifndef DELIVERY_H
#define DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

struct delivery {
	const char *name;
	unsigned run_flags; /* enum ft_run bits for the trace's header */

	/* For breakpoints: the first instruction of SYSCALL's entry, the last of an NMI's return */
	const void *syscall_entry, *nmi_return;

	/* Build tables and fill MSRs of this CPU; nothing is delivered by it yet. */
	void (*prepare)(void);

	/* From now on this one delivers; interrupts are off. The other is disabled. */
	void (*enable)(void);
	void (*disable)(void);

	/* Where entries from ring 3 begin, until the next task switch tells it anew. */
	void (*load_stack)(uint64_t top);
};

extern struct delivery idt_delivery, fred_delivery;

/* The delivery in force; NULL during early boot. */
extern const struct delivery *delivery;

/* Switch: disable, patch the alternatives, enable. Ring 0, task context, any time. */
void delivery_use(const struct delivery *next);

/* Hot paths, one pair each; which of the two is called is patched, not tested. */
void idt_load_stack(uint64_t top); /* RSP for entries from ring 3 */
void fred_load_stack(uint64_t top);
void idt_load_user_gs(uint16_t selector); /* GS of ring 3, while the kernel's stays */
void fred_load_user_gs(uint16_t selector);

/* The way back to ring 3, where a new task starts with RSP at its first frame. Not to be called. */
extern const char idt_return_user[], fred_return_user[];

#endif
