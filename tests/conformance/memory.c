// SPDX-License-Identifier: MIT
/* Sixteen pages at a place of their own, for stacks and operands that are not there. */
#include "suite.h"

extern uint64_t boot_pml4[512];

#define TABLE __attribute__((aligned(4096)))
static uint64_t pdpt[512] TABLE, pd[512] TABLE, pt[512] TABLE;
static uint8_t backing[PAGE_COUNT][4096] TABLE;

void map_page(unsigned n, uint64_t bits)
{
	uint64_t was = pt[n];

	boot_pml4[PAGE(0) >> 39] = (uint64_t)pdpt | PAGE_USER;
	pdpt[0] = (uint64_t)pd | PAGE_USER;
	pd[0] = (uint64_t)pt | PAGE_USER;
	pt[n] = bits ? (uint64_t)backing[n] | bits : 0;
	if (was)
		__asm__ volatile("invlpg (%0)" : : "r"(PAGE(n)) : "memory");
}

uint64_t page_entry(unsigned n)
{
	return *(volatile uint64_t *)&pt[n];
}
