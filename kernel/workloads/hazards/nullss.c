/* SPDX-License-Identifier: MIT */
/*
 * After an IDT entry from ring 3 SS is null, and stays so until something loads it. A kernel that
 * enables FRED there pushes null SS in the frames of ring 0; an event from ring 3 loads SS, and
 * the ERETS from an older frame is refused. Cure: load SS first (fred/fred.c). IRET does not mind.
 */
#include "hazard.h"
#include "kernel/cpu.h"
#include "kernel/delivery.h"
#include "kernel/event.h"
#include "kernel/layout.h"

/* As a task switch would, to a task that comes in from ring 3 and goes to sleep in the kernel. */
static void another_task_ran(struct trap_frame *frame)
{
	(void)frame;
	asm volatile("mov %0, %%ss" : : "r"(SEL_KERNEL_DATA) : "memory");
}

static bool nullss(void)
{
	uint64_t flags = interrupts_save();

	step(1, "the delivery is enabled while SS is null");
	asm volatile("mov %0, %%ss" : : "r"(0) : "memory");
	delivery_use(delivery);
	step(2, "an event in the kernel, and SS loaded before it returns");
	debug_hook = another_task_ran;
	step_once();
	asm volatile("mov %0, %%ss" : : "r"(SEL_KERNEL_DATA) : "memory");
	interrupts_restore(flags);
	return true;
}

const struct workload nullss_hazard = {"nullss", "a null SS when FRED is enabled", nullss, false};
