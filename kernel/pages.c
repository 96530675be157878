/* SPDX-License-Identifier: MIT */
/*
 * The physical page allocator: pages that came back first, else the next one
 * never used. Memory is not touched before it is given out.
 */
#include "pages.h"
#include "boot_info.h"
#include "library.h"
#include "memory.h"
#include "panic.h"

#define BOOT_MAP_END 0x100000000ull /* boot.S maps this much */
#define LOW_MEMORY   0x100000ull    /* firmware's: left alone */

extern const char image_begin[], image_end[];

static unsigned region_now;
static uint64_t next_page;
static uint64_t free_list; /* physical; each free page's first word is the next */

/* Cut [begin, end) out of a region's front, back or middle. */
static void reserve(uint64_t begin, uint64_t end)
{
	begin &= ~(uint64_t)(PAGE_SIZE - 1);
	end = (end + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
	for (unsigned i = 0; i < boot_info.regions; i++) {
		struct boot_region *r = &boot_info.region[i];
		struct boot_region whole = *r;

		if (end <= r->begin || begin >= r->end)
			continue;
		r->end = begin > whole.begin ? begin : whole.begin;
		if (end < whole.end && boot_info.regions < BOOT_REGIONS)
			boot_info.region[boot_info.regions++] =
				(struct boot_region){end, whole.end};
	}
}

void pages_init(void)
{
	reserve(0, LOW_MEMORY);
	reserve(BOOT_MAP_END, ~0ull - PAGE_SIZE);
	reserve(image_to_phys(image_begin), image_to_phys(image_end));
	if (boot_info.softcpu_begin)
		reserve(boot_info.softcpu_begin, boot_info.softcpu_end);
	next_page = boot_info.region[0].begin;
}

/* Go on to the next region while this one has not `bytes` left. */
static bool find_room(uint64_t bytes)
{
	while (region_now < boot_info.regions) {
		if (next_page + bytes <= boot_info.region[region_now].end)
			return true;
		region_now++;
		next_page = boot_info.region[region_now].begin;
	}
	return false;
}

uint64_t page_alloc(void)
{
	uint64_t page = free_list;

	if (page) {
		free_list = *(uint64_t *)phys_to_virt(page);
	} else if (find_room(PAGE_SIZE)) {
		page = next_page;
		next_page += PAGE_SIZE;
	} else {
		panic("out of memory: no physical page is left");
	}
	memset(phys_to_virt(page), 0, PAGE_SIZE);
	return page;
}

void page_free(uint64_t physical)
{
	*(uint64_t *)phys_to_virt(physical) = free_list;
	free_list = physical;
}

uint64_t pages_alloc_contiguous(uint64_t bytes)
{
	uint64_t begin;

	bytes = (bytes + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
	if (!find_room(bytes))
		return 0;
	begin = next_page;
	next_page += bytes;
	return begin;
}
