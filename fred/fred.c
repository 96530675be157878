/* SPDX-License-Identifier: MIT */
/* FRED's set-up: nine MSRs and one bit of CR4 (reference 1 and 7). */
#include "kernel/cpu.h"
#include "kernel/delivery.h"
#include "kernel/frame.h"
#include "kernel/options.h"
#include "kernel/percpu.h"
#include "trace/fredtrace.h"

extern const char fred_entry_page[], fred_erets[];

/* STKLVLS holds two bits an exception vector. */
#define LEVEL(vector, level) ((uint64_t)(level) << 2 * (vector))

static const uint64_t stack_levels[] = {
	[LEVELS_LINUX] = LEVEL(VECTOR_DB, 1) | LEVEL(VECTOR_NMI, 2) | LEVEL(VECTOR_MC, 2) |
			 LEVEL(VECTOR_DF, 3),
	[LEVELS_XEN] = LEVEL(VECTOR_MC, 2) | LEVEL(VECTOR_DF, 3),
	[LEVELS_FLAT] = 0,
};

/* Canonical and never mapped: a push there faults, and inside an exception becomes #DF. */
#define POISONED_STACK (STACKS_BASE - PAGE_SIZE)

static void prepare(void)
{
	struct cpu *cpu = this_cpu();
	bool poison = options.levels == LEVELS_XEN;

	fred_delivery.run_flags = FT_RUN_FRED | (unsigned)options.levels << FT_RUN_LEVELS_SHIFT;
	wrmsr(MSR_STAR, STAR_VALUE);
	wrmsr(MSR_FRED_RSP0, cpu->stack_top);
	wrmsr(MSR_FRED_RSP1, poison ? POISONED_STACK : event_stack_top(cpu->id, 1));
	wrmsr(MSR_FRED_RSP2, event_stack_top(cpu->id, 2));
	wrmsr(MSR_FRED_RSP3, event_stack_top(cpu->id, 3));
	wrmsr(MSR_FRED_STKLVLS, stack_levels[options.levels]);
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
};

void fred_load_stack(uint64_t top)
{
	wrmsr(MSR_FRED_RSP0, top);
}

/* LKGS: the base lands in IA32_KERNEL_GS_BASE, the kernel's GS is never away (reference 5). */
void fred_load_user_gs(uint16_t selector)
{
	asm volatile(".byte 0xf2, 0x0f, 0x00, 0xf7" : : "D"(selector) : "memory"); /* lkgs %di */
}
