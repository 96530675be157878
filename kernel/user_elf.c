/* SPDX-License-Identifier: MIT */
/* The ELF image of all ring-3 programs, which the kernel carries in itself. */
#include "user_elf.h"
#include <elf.h>
#include "layout.h"
#include "library.h"
#include "memory.h"
#include "pages.h"
#include "panic.h"

extern const uint8_t user_elf_begin[], user_elf_end[];

static void load_segment(uint64_t pml4, const Elf64_Phdr *segment)
{
	uint64_t flags = PTE_USER | (segment->p_flags & PF_W ? PTE_WRITE : 0) |
			 (segment->p_flags & PF_X ? 0 : PTE_NX);
	uint64_t end = segment->p_vaddr + segment->p_memsz;

	for (uint64_t at = segment->p_vaddr; at < end; at += PAGE_SIZE) {
		uint64_t page = page_alloc(), offset = at - segment->p_vaddr;

		if (offset < segment->p_filesz) {
			uint64_t left = segment->p_filesz - offset;

			memcpy(phys_to_virt(page), user_elf_begin + segment->p_offset + offset,
			       left < PAGE_SIZE ? left : PAGE_SIZE);
		}
		map_page(pml4, at, page, flags);
	}
}

/* The image is ours, linked with whole pages (user/link.ld); it is still looked at. */
uint64_t user_elf_load(uint64_t pml4)
{
	const Elf64_Ehdr *elf = (const Elf64_Ehdr *)user_elf_begin;
	const Elf64_Phdr *segment = (const Elf64_Phdr *)(user_elf_begin + elf->e_phoff);

	assert_kernel(memcmp(elf->e_ident, ELFMAG, SELFMAG) == 0 && elf->e_machine == EM_X86_64);
	for (unsigned i = 0; i < elf->e_phnum; i++) {
		if (segment[i].p_type != PT_LOAD)
			continue;
		assert_kernel(segment[i].p_vaddr % PAGE_SIZE == 0);
		assert_kernel(segment[i].p_vaddr + segment[i].p_memsz <= USER_HEAP);
		load_segment(pml4, &segment[i]);
	}
	return elf->e_entry;
}
