// SPDX-License-Identifier: MIT
/*
 * The guest's memory through the guest's page tables (SDM vol. 3, chapter 4). No nested
 * paging: guest-physical is physical, and all of it lies in the direct map.
 */
#include "walk.h"
#include "layout.h"

#define PTE_PRESENT  (1ull << 0)
#define PTE_WRITE    (1ull << 1)
#define PTE_USER     (1ull << 2)
#define PTE_ACCESSED (1ull << 5)
#define PTE_DIRTY    (1ull << 6)
#define PTE_LARGE    (1ull << 7)
#define PTE_NX	     (1ull << 63)
#define PTE_ADDRESS  0x000ffffffffff000ull

/* above the direct map: reads give ones, writes are lost */
void *physical_outside(uint64_t physical)
{
	static uint8_t ones[4096] __attribute__((aligned(4096)));

	__builtin_memset(ones, 0xff, sizeof(ones));
	return ones + (physical & 0xfff);
}

static bool page_fault(struct fault *fault, uint64_t address, unsigned error)
{
	*fault = (struct fault){.vector = PF, .error = error, .address = address};
	return false;
}

/* What an entry of each level may not have set, and that it must be present: one mask, since
 * QEMU takes every branch of this hot code for the end of a block. */
void set_pte_checks(struct cpu *cpu)
{
	uint64_t reserved = PTE_ADDRESS & ~((1ull << cpu->physical_bits) - 1);

	if (!(cpu->efer & EFER_NXE))
		reserved |= PTE_NX;
	for (int level = 0; level < 5; level++)
		cpu->pte_check[level] = PTE_PRESENT | reserved | (level >= 3 ? PTE_LARGE : 0);
}

static bool permitted(struct cpu *cpu, unsigned access, uint64_t rights, uint64_t nx)
{
	bool user_page = rights & PTE_USER;

	if (access & ACCESS_USER && !user_page)
		return false;
	if (access & ACCESS_WRITE && !(rights & PTE_WRITE) &&
	    (access & ACCESS_USER || cpu->vmcb->cr0 & CR0_WP))
		return false;
	if (access & ACCESS_FETCH &&
	    (nx || (!(access & ACCESS_USER) && user_page && cpu->vmcb->cr4 & CR4_SMEP)))
		return false;
	return true;
}

/* another processor may be setting or clearing bits in the same entries */
static void set_accessed(uint64_t **entries, int top, int leaf, uint64_t leaf_bits)
{
	for (int i = top; i > leaf; i--)
		if (!(*entries[i] & PTE_ACCESSED))
			__atomic_fetch_or(entries[i], PTE_ACCESSED, __ATOMIC_SEQ_CST);
	__atomic_fetch_or(entries[leaf], leaf_bits, __ATOMIC_SEQ_CST);
}

static bool walk(struct cpu *cpu, uint64_t address, unsigned access, uint64_t *physical,
		 struct fault *fault)
{
	int top = cpu->vmcb->cr4 & CR4_LA57 ? 4 : 3;
	uint64_t *entries[5], entry, all = ~0ull, nx = 0;
	uint64_t table = cpu->vmcb->cr3 & PTE_ADDRESS;
	uint64_t offset, leaf_bits;
	unsigned error = access;
	int level;

	/* SDM vol. 3, 4.7: I/D is reported only if NX or SMEP could be the reason */
	if (access & ACCESS_FETCH && !(cpu->efer & EFER_NXE) && !(cpu->vmcb->cr4 & CR4_SMEP))
		error &= ~ACCESS_FETCH;

	for (level = top;; level--) {
		entries[level] =
			(uint64_t *)physical_memory(table) + (address >> (12 + 9 * level) & 511);
		entry = __atomic_load_n(entries[level], __ATOMIC_RELAXED);
		if ((entry ^ PTE_PRESENT) & cpu->pte_check[level])
			return page_fault(fault, address,
					  entry & PTE_PRESENT
						  ? error | ACCESS_PRESENT | ACCESS_RESERVED
						  : error);
		nx |= entry & PTE_NX;
		/* a large page, or level 0, for which level - 1 has the bit */
		if ((entry | (uint64_t)(level - 1)) & PTE_LARGE)
			break;
		all &= entry;
		table = entry & PTE_ADDRESS;
	}
	offset = (1ull << (12 + 9 * level)) - 1;
	if (level && entry & offset & ~0x1fffull) /* bit 12 is PAT there */
		return page_fault(fault, address, error | ACCESS_PRESENT | ACCESS_RESERVED);
	if (!permitted(cpu, access, all & entry, nx))
		return page_fault(fault, address, error | ACCESS_PRESENT);

	leaf_bits = PTE_ACCESSED | (access & ACCESS_WRITE ? PTE_DIRTY : 0);
	if (~all & PTE_ACCESSED || ~entry & leaf_bits)
		set_accessed(entries, top, level, leaf_bits);
	*physical = (entry & PTE_ADDRESS & ~offset) | (address & offset);
	return true;
}

bool guest_translate(struct cpu *cpu, uint64_t address, unsigned access, uint64_t *physical,
		     struct fault *fault)
{
	if (!(cpu->vmcb->cr0 & CR0_PG)) {
		*physical = (uint32_t)address;
		return true;
	}
	if (!(cpu->vmcb->efer & EFER_LMA)) /* 32-bit paging: not walked, see README.md */
		return page_fault(fault, address, access);
	if (!canonical(cpu, address)) {
		*fault = (struct fault){.vector = GP};
		return false;
	}
	return walk(cpu, address, access, physical, fault);
}

/* in words as far as it goes: QEMU runs REP MOVS an element at a time */
static void copy(uint8_t *to, const uint8_t *from, unsigned size)
{
	for (; size >= 8; size -= 8, to += 8, from += 8)
		__builtin_memcpy(to, from, 8);
	for (; size; size--)
		*to++ = *from++;
}

/* all of it or nothing, also across pages */
bool guest_read(struct cpu *cpu, uint64_t address, void *to, unsigned size, unsigned access,
		struct fault *fault)
{
	uint8_t *bytes = to;

	while (size) {
		unsigned here = 4096 - (address & 0xfff);
		uint64_t physical;

		if (here > size)
			here = size;
		if (!guest_translate(cpu, address, access, &physical, fault))
			return false;
		copy(bytes, physical_memory(physical), here);
		bytes += here;
		address += here;
		size -= here;
	}
	return true;
}
