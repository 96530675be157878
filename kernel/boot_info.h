/* SPDX-License-Identifier: MIT */
/* What GRUB handed over (multiboot2 information), copied out before it is overwritten. */
#ifndef BOOT_INFO_H
#define BOOT_INFO_H

#include <stdbool.h>
#include <stdint.h>

#define BOOT_REGIONS 64
#define BOOT_CMDLINE 1024

struct boot_region {
	uint64_t begin, end; /* physical, usable RAM, whole pages */
};

struct boot_info {
	char cmdline[BOOT_CMDLINE];
	struct boot_region region[BOOT_REGIONS];
	unsigned regions;
	uint64_t softcpu_begin, softcpu_end; /* the module; 0: not there */
};

extern struct boot_info boot_info;

/* Parse the information at `physical`; magic is what EAX held. False: not multiboot2. */
bool boot_info_read(uint32_t magic, uint32_t physical);

#endif
