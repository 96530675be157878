/* SPDX-License-Identifier: MIT */
/* Pages mapped when touched: a program's heap and stack, and a few of the kernel's. */
#ifndef USER_MEMORY_H
#define USER_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* Map the page at `address` if it is one that may be touched; false: a real fault. */
bool task_demand_page(uint64_t address, uint64_t error, bool from_user);

/*
 * Kernel pages that are mapped when touched. A touch in the first half makes the #PF
 * handler touch the second half: a #PF inside a #PF.
 */
#define LAZY_PAGES 16
void lazy_forget(void); /* unmap them all */

#endif
