/* SPDX-License-Identifier: MIT */
/* Physical pages. Sizes are bytes, addresses are whole pages. */
#ifndef PAGES_H
#define PAGES_H

#include <stdint.h>

/* Learn usable memory from boot_info; only what the boot mapping reaches (4 GiB) is used. */
void pages_init(void);

/* A zeroed page's physical address. Panics when memory is used up. */
uint64_t page_alloc(void);
void page_free(uint64_t physical);

/* `bytes` of contiguous physical memory, never given back; 0: there is none. */
uint64_t pages_alloc_contiguous(uint64_t bytes);

#endif
