/* SPDX-License-Identifier: MIT */
/* Pages mapped when touched: a program's heap and stack, and a few of the kernel's. */
#include "user_memory.h"
#include "cpu.h"
#include "memory.h"
#include "pages.h"
#include "task.h"

static bool in_heap(const struct task *task, uint64_t address)
{
	return address >= USER_HEAP && address < task->heap_end;
}

/* Any task's stack: threads share an address space, each has its own span and a guard below. */
static bool in_stack(uint64_t address)
{
	uint64_t below = USER_STACK_TOP - address;

	return address < USER_STACK_TOP && below <= 2ull * USER_STACK * TASKS &&
	       (below - 1) / USER_STACK % 2 == 0;
}

/* The tour's kernel pages: the outer half's handler touches the inner half, and faults itself. */
static bool lazy_page(uint64_t address)
{
	if (address < LAZY_BASE || address >= LAZY_BASE + LAZY_PAGES * PAGE_SIZE)
		return false;
	if (address < LAZY_BASE + LAZY_PAGES / 2 * PAGE_SIZE)
		*(volatile uint64_t *)(address + LAZY_PAGES / 2 * PAGE_SIZE) = address;
	map_page(kernel_pml4, address & ~(uint64_t)(PAGE_SIZE - 1), page_alloc(),
		 PTE_WRITE | PTE_NX);
	return true;
}

bool task_demand_page(uint64_t address, uint64_t error, bool from_user)
{
	const struct task *task = this_cpu()->current;

	if (error & PF_PRESENT)
		return false;
	if (address >= USER_END)
		return !from_user && lazy_page(address);
	if (!task->user || !(in_heap(task, address) || in_stack(address)))
		return false;
	map_page(task->pml4, address & ~(uint64_t)(PAGE_SIZE - 1), page_alloc(),
		 PTE_USER | PTE_WRITE | PTE_NX);
	return true;
}

void lazy_forget(void)
{
	for (unsigned i = 0; i < LAZY_PAGES; i++)
		unmap_page(kernel_pml4, LAZY_BASE + (uint64_t)i * PAGE_SIZE);
}
