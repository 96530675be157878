/* SPDX-License-Identifier: MIT */
/* GS of the ring-3 task that runs next, while the kernel's stays loaded. */
#include "kernel/delivery.h"

/* LKGS: the base lands in IA32_KERNEL_GS_BASE, the kernel's GS is never away (reference 5). */
void fred_load_user_gs(uint16_t selector)
{
	asm volatile(".byte 0xf2, 0x0f, 0x00, 0xf7" : : "D"(selector) : "memory"); /* lkgs %di */
}
