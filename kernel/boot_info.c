/* SPDX-License-Identifier: MIT */
/* Reads multiboot2's tags (Multiboot2 specification 3.6) through the direct map. */
#include "boot_info.h"
#include <stdbool.h>
#include "layout.h"
#include "library.h"
#include "text.h"

#define BOOT_MAGIC  0x36d76289
#define TAG_END	    0
#define TAG_CMDLINE 1
#define TAG_MODULE  3
#define TAG_MMAP    6
#define RAM_USABLE  1

struct tag {
	uint32_t type, size;
};

struct tag_module {
	struct tag tag;
	uint32_t begin, end;
	char name[];
};

struct mmap_entry {
	uint64_t base, length;
	uint32_t type, reserved;
};

struct tag_mmap {
	struct tag tag;
	uint32_t entry_size, version;
};

struct boot_info boot_info;

static void add_region(uint64_t begin, uint64_t end)
{
	begin = (begin + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
	end &= ~(uint64_t)(PAGE_SIZE - 1);
	if (begin >= end || boot_info.regions == BOOT_REGIONS)
		return;
	boot_info.region[boot_info.regions++] = (struct boot_region){begin, end};
}

static void read_mmap(const struct tag_mmap *map)
{
	const uint8_t *at = (const uint8_t *)(map + 1);
	const uint8_t *end = (const uint8_t *)map + map->tag.size;

	for (; at + sizeof(struct mmap_entry) <= end; at += map->entry_size) {
		const struct mmap_entry *entry = (const struct mmap_entry *)at;

		if (entry->type == RAM_USABLE)
			add_region(entry->base, entry->base + entry->length);
	}
}

static void read_module(const struct tag_module *module)
{
	if (strcmp(module->name, "softcpu") != 0)
		return;
	boot_info.softcpu_begin = module->begin;
	boot_info.softcpu_end = module->end;
}

bool boot_info_read(uint32_t magic, uint32_t physical)
{
	const uint8_t *at = (const uint8_t *)(DIRECT_MAP + physical);
	const uint8_t *end = at + *(const uint32_t *)at;

	if (magic != BOOT_MAGIC)
		return false;
	for (at += 8; at < end; at += (((const struct tag *)at)->size + 7) & ~7u) {
		const struct tag *tag = (const struct tag *)at;

		switch (tag->type) {
		case TAG_END: return true;
		case TAG_CMDLINE:
			copy_text(boot_info.cmdline, sizeof(boot_info.cmdline),
				  (const char *)(tag + 1));
			break;
		case TAG_MODULE: read_module((const struct tag_module *)tag); break;
		case TAG_MMAP: read_mmap((const struct tag_mmap *)tag); break;
		}
	}
	return true;
}
