/* SPDX-License-Identifier: MIT */
/* FRED's set-up: nine MSRs and one bit of CR4 (reference 1 and 7). */
#include "kernel/cpu.h"
#include "kernel/delivery.h"
#include "kernel/options.h"
#include "kernel/percpu.h"
#include "trace/fredtrace.h"
#include "fred.h"

static void prepare(void)
{
	fred_delivery.run_flags = FT_RUN_FRED | (unsigned)options.levels << FT_RUN_LEVELS_SHIFT;
	wrmsr(MSR_STAR, STAR_VALUE);
	fred_load_levels(this_cpu());
	/* Bits 10:9 and 1:0 stay 0: interrupts, and this code itself, on level 0. No gap. */
	wrmsr(MSR_FRED_CONFIG, (uint64_t)fred_entry_page);
	write_cr8(0); /* an interrupt may have any vector */
}

/*
 * After an IDT entry from ring 3 SS is null (SDM 3, 6.14.2), and a task switch carries that to any
 * task. A frame that holds it would fail ERETS's check once SS is not null (reference 7).
 */
static void enable(void)
{
	if (options.without != WITHOUT_KERNEL_SS)
		asm volatile("mov %0, %%ss" : : "r"(SEL_KERNEL_DATA) : "memory");
	write_cr4(read_cr4() | CR4_FRED);
}

static void disable(void)
{
	write_cr4(read_cr4() & ~CR4_FRED);
}

struct delivery fred_delivery = {
	.name = "fred",
	.run_flags = FT_RUN_FRED,
	.syscall_entry = fred_entry_page,
	.nmi_return = fred_erets,
	.prepare = prepare,
	.enable = enable,
	.disable = disable,
	.load_stack = fred_load_stack,
};

void fred_load_stack(uint64_t top)
{
	wrmsr(MSR_FRED_RSP0, top);
}
