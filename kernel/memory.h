/* SPDX-License-Identifier: MIT */
/* Page tables. Sizes are bytes, addresses are whole pages. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stdint.h>
#include "layout.h"

#define PTE_PRESENT  (1ull << 0)
#define PTE_WRITE    (1ull << 1)
#define PTE_USER     (1ull << 2)
#define PTE_UNCACHED (3ull << 3) /* PCD and PWT */
#define PTE_LARGE    (1ull << 7)
#define PTE_NX	     (1ull << 63)
#define PTE_ADDRESS  0x000ffffffffff000ull

static inline void *phys_to_virt(uint64_t physical)
{
	return (void *)(DIRECT_MAP + physical);
}

/* Of an object in the kernel image. */
static inline uint64_t image_to_phys(const void *object)
{
	return (uint64_t)object - KERNEL_BASE;
}

/* The kernel's tables: direct map, image with its permissions, stacks. */
void memory_init(void);

/* Map one page. Intermediate tables are made as needed, with the widest rights. */
void map_page(uint64_t pml4, uint64_t virt, uint64_t physical, uint64_t flags);

/* The entry that maps `virt`, or NULL when it is not mapped by a 4 KiB page. */
uint64_t *page_entry(uint64_t pml4, uint64_t virt);

/* Remove a mapping, if any, and give its page back. */
void unmap_page(uint64_t pml4, uint64_t virt);

extern uint64_t kernel_pml4; /* physical */

/* A table that shares the kernel's half; and its end, with all pages in the user half. */
uint64_t address_space_new(void);
void address_space_free(uint64_t pml4);

/* The 4 GiB at `virt`, all alike: in every 64 KiB the `count` pages at physical[], 16 at most. */
void map_every_64k(uint64_t virt, const uint64_t *physical, unsigned count);

/* Map stack number n (its guard below stays unmapped); returns its top. Idempotent. */
uint64_t stack_map(unsigned n);
static inline uint64_t stack_top(unsigned n)
{
	return STACKS_BASE + (uint64_t)(n + 1) * STACK_STRIDE;
}

/* Of the stack, its guard included, that this address lies on; huge: on none. */
static inline uint64_t stack_number(uint64_t address)
{
	return (address - STACKS_BASE) / STACK_STRIDE;
}

/* Call code that lies in the direct map, which is executable for this call only, or to `keep`. */
int memory_call_direct(int (*code)(const void *), const void *argument, bool keep);

/* Device registers at `physical`, one page. */
volatile void *mmio_map(uint64_t physical);

#endif
