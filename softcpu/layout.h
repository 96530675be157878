/* SPDX-License-Identifier: MIT */
/*
 * softcpu's own address space: two slots of 512 GiB that kernels leave alone. Only the
 * temporary page tables of the installation share a slot with the caller. May use nothing.
 */
#ifndef SOFTCPU_LAYOUT_H
#define SOFTCPU_LAYOUT_H

#define IMAGE_BASE	0xfffffd0000000000 /* also in softcpu.ld */
#define IMAGE_SLOT	506
#define DIRECT_MAP	0xfffffd8000000000
#define DIRECT_SLOT	507
#define DIRECT_MAP_SIZE (512ull << 30)
#define IMAGE_LIMIT	(512 << 10)

#define SELECTOR_CODE 0x08
#define SELECTOR_DATA 0x10

#endif
