/* SPDX-License-Identifier: MIT */
/*
 * The ESPFIX stack (idt=careful): entry.S returns from it to a 16-bit stack segment, since IRET
 * restores SP alone there and ring 3 would read the rest of the kernel's ESP (reference 6.5).
 */
#include "kernel/memory.h"
#include "kernel/pages.h"
#include "kernel/percpu.h"
#include "idt.h"

#define PAGES	   (STACK_SIZE / PAGE_SIZE)
#define IRET_WORDS 5 /* RIP, CS, RFLAGS, RSP, SS */

/*
 * A whole stack and not one page: an IRET that faults pushes its frame here, and the handler
 * runs on below it. The pages above it in each 64 KiB are not there: its guard.
 */
void idt_espfix_init(void)
{
	struct cpu *cpu = this_cpu();
	uint64_t physical[PAGES];

	if (cpu->espfix)
		return;
	for (unsigned i = 0; i < PAGES; i++)
		physical[i] = page_alloc();
	map_every_64k(ESPFIX_BASE, physical, PAGES);
	cpu->espfix = ESPFIX_BASE + STACK_SIZE - IRET_WORDS * sizeof(uint64_t);
}
