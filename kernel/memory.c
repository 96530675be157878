/* SPDX-License-Identifier: MIT */
/* Four-level page tables (SDM 3, 4.5): the kernel's own, and one for each program. */
#include "memory.h"
#include "cpu.h"
#include "pages.h"

#define ENTRIES	  512
#define USER_HALF 256

extern const char image_begin[], rodata_begin[], data_begin[], image_end[];
extern uint64_t boot_pml4[];
extern const char boot_stack_guard[];

static uint64_t pml4_page[ENTRIES] __attribute__((aligned(PAGE_SIZE)));
uint64_t kernel_pml4;

static unsigned index_at(uint64_t virt, unsigned level)
{
	return virt >> (12 + 9 * level) & (ENTRIES - 1);
}

/* The table one level down through entry, made when absent. */
static uint64_t *next_table(uint64_t *entry, bool user)
{
	if (!(*entry & PTE_PRESENT))
		*entry = page_alloc() | PTE_PRESENT | PTE_WRITE;
	if (user)
		*entry |= PTE_USER;
	return phys_to_virt(*entry & PTE_ADDRESS);
}

void map_page(uint64_t pml4, uint64_t virt, uint64_t physical, uint64_t flags)
{
	uint64_t *table = phys_to_virt(pml4);

	for (unsigned level = 3; level > 0; level--)
		table = next_table(&table[index_at(virt, level)], flags & PTE_USER);
	table[index_at(virt, 0)] = physical | flags | PTE_PRESENT;
	invlpg(virt);
}

uint64_t *page_entry(uint64_t pml4, uint64_t virt)
{
	uint64_t *table = phys_to_virt(pml4);

	for (unsigned level = 3; level > 0; level--) {
		uint64_t entry = table[index_at(virt, level)];

		if (!(entry & PTE_PRESENT) || (entry & PTE_LARGE))
			return NULL;
		table = phys_to_virt(entry & PTE_ADDRESS);
	}
	table += index_at(virt, 0);
	return *table & PTE_PRESENT ? table : NULL;
}

void unmap_page(uint64_t pml4, uint64_t virt)
{
	uint64_t *entry = page_entry(pml4, virt);

	if (!entry)
		return;
	page_free(*entry & PTE_ADDRESS);
	*entry = 0;
	invlpg(virt);
}

static void map_image(const char *begin, const char *end, uint64_t flags)
{
	for (uint64_t at = (uint64_t)begin; at < (uint64_t)end; at += PAGE_SIZE)
		map_page(kernel_pml4, at, at - KERNEL_BASE, flags);
}

/* Tables that every address space will share must exist before the first is made. */
static void share_slot(uint64_t virt)
{
	next_table(&pml4_page[index_at(virt, 3)], false);
}

void memory_init(void)
{
	kernel_pml4 = image_to_phys(pml4_page);
	pml4_page[index_at(DIRECT_MAP, 3)] = boot_pml4[index_at(DIRECT_MAP, 3)] | PTE_NX;
	share_slot(STACKS_BASE);
	share_slot(LAZY_BASE);
	share_slot(MMIO_BASE);
	share_slot(ESPFIX_BASE);
	map_image(image_begin, rodata_begin, 0);
	map_image(rodata_begin, data_begin, PTE_NX);
	map_image(data_begin, image_end, PTE_WRITE | PTE_NX);
	*page_entry(kernel_pml4, (uint64_t)boot_stack_guard) = 0;
	write_cr3(kernel_pml4);
}

uint64_t address_space_new(void)
{
	uint64_t physical = page_alloc();
	uint64_t *table = phys_to_virt(physical);

	for (unsigned i = USER_HALF; i < ENTRIES; i++)
		table[i] = pml4_page[i];
	return physical;
}

static void free_table(uint64_t physical, unsigned level)
{
	uint64_t *table = phys_to_virt(physical);

	for (unsigned i = 0; i < (level == 3 ? USER_HALF : ENTRIES); i++) {
		if (!(table[i] & PTE_PRESENT))
			continue;
		if (level > 0)
			free_table(table[i] & PTE_ADDRESS, level - 1);
		else
			page_free(table[i] & PTE_ADDRESS);
	}
	page_free(physical);
}

void address_space_free(uint64_t pml4)
{
	free_table(pml4, 3);
}

void map_every_64k(uint64_t virt, const uint64_t *physical, unsigned count)
{
	uint64_t *pml4 = phys_to_virt(kernel_pml4);
	uint64_t *pdpt = next_table(&pml4[index_at(virt, 3)], false);
	uint64_t pd = page_alloc(), pt = page_alloc();

	for (unsigned i = 0; i < ENTRIES; i++) {
		if (i % 16 < count)
			((uint64_t *)phys_to_virt(pt))[i] =
				physical[i % 16] | PTE_PRESENT | PTE_WRITE | PTE_NX;
		((uint64_t *)phys_to_virt(pd))[i] = pt | PTE_PRESENT | PTE_WRITE;
	}
	for (unsigned i = 0; i < 4; i++)
		pdpt[i] = pd | PTE_PRESENT | PTE_WRITE;
}

uint64_t stack_map(unsigned n)
{
	uint64_t top = stack_top(n);

	for (uint64_t at = top - STACK_SIZE; at < top; at += PAGE_SIZE)
		if (!page_entry(kernel_pml4, at))
			map_page(kernel_pml4, at, page_alloc(), PTE_WRITE | PTE_NX);
	return top;
}

int memory_call_direct(int (*code)(const void *), const void *argument, bool keep)
{
	uint64_t *entry = &pml4_page[index_at(DIRECT_MAP, 3)];
	int result;

	*entry &= ~PTE_NX;
	write_cr3(kernel_pml4);
	result = code(argument);
	if (!keep)
		*entry |= PTE_NX;
	write_cr3(kernel_pml4);
	return result;
}

volatile void *mmio_map(uint64_t physical)
{
	static uint64_t next = MMIO_BASE;
	uint64_t virt = next;

	next += PAGE_SIZE;
	map_page(kernel_pml4, virt, physical & PTE_ADDRESS, PTE_WRITE | PTE_NX | PTE_UNCACHED);
	return (volatile void *)(virt + (physical & (PAGE_SIZE - 1)));
}
