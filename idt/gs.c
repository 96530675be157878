/* SPDX-License-Identifier: MIT */
/* GS of the ring-3 task that runs next, while the kernel's stays loaded. */
#include "kernel/delivery.h"
#include "idt.h"

/* MOV to GS also loads the base: swap ring 3's in, load it, swap it out again. */
void idt_load_user_gs(uint16_t selector)
{
	asm volatile("swapgs\n\tmov %w0, %%gs\n\tswapgs" : : "r"(selector) : "memory");
}
