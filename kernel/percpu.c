/* SPDX-License-Identifier: MIT */
/* GDT and TSS (SDM 3, 3.4 and 8.7), and the GS base that finds struct cpu. */
#include "percpu.h"
#include "cpu.h"
#include "memory.h"
#include "trace/fredtrace.h"

#define GDT_FIXED 8 /* entries before the TSS descriptors */

struct table_register {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

struct cpu cpus[CPUS];

/* base 31:24 | flags, limit | type | base 23:0 | limit: flat segments of base 0, limit 4 GiB */
static uint64_t gdt[GDT_FIXED + 2 * CPUS] = {
	[SEL_KERNEL_CODE / 8] = 0x00af9b000000ffff,
	[SEL_KERNEL_DATA / 8] = 0x00cf93000000ffff,
	[SEL_USER_CODE32 / 8] = 0x00cffb000000ffff,
	[SEL_USER_DATA / 8] = 0x00cff3000000ffff,
	[SEL_USER_CODE / 8] = 0x00affb000000ffff,
	[SEL_USER_GS / 8] = 0x10cff3000000ffff,	     /* base = USER_HEAP */
	[SEL_USER_STACK16 / 8] = 0x1000f3000000ffff, /* the same, limit 64 KiB, B clear */
};

static void set_tss_descriptor(unsigned id)
{
	uint64_t base = (uint64_t)&cpus[id].tss;
	uint64_t *descriptor = &gdt[SEL_TSS / 8 + 2 * id];

	descriptor[0] = (sizeof(struct tss) - 1) | (base & 0xffffff) << 16 | 0x89ull << 40 |
			(base >> 24 & 0xff) << 56;
	descriptor[1] = base >> 32;
}

uint64_t event_stack_top(unsigned cpu, unsigned n)
{
	return stack_top(cpu * EVENT_STACK_NUMBERS + n);
}

unsigned stack_of(const struct cpu *cpu, uint64_t address)
{
	unsigned n = event_stack_of(cpu, address);

	if (n)
		return n;
	if (address < USER_END)
		return FT_STACK_USER;
	if (address >= STACKS_BASE && address < LAZY_BASE)
		return FT_STACK_TASK;
	return address >= KERNEL_BASE ? FT_STACK_BOOT : FT_STACK_UNKNOWN;
}

void percpu_init(unsigned id)
{
	struct cpu *cpu = &cpus[id];
	struct table_register gdtr = {sizeof(gdt) - 1, (uint64_t)gdt};

	cpu->self = cpu;
	cpu->id = id;
	for (unsigned n = 1; n < EVENT_STACKS; n++)
		stack_map(id * EVENT_STACK_NUMBERS + n);
	cpu->tss.io_map = sizeof(struct tss);
	set_tss_descriptor(id);
	asm volatile("lgdt %0" : : "m"(gdtr) : "memory");
	asm volatile("ltr %w0" : : "r"(SEL_TSS + 16 * id) : "memory");
	asm volatile("lldt %w0" : : "r"(0) : "memory");
	wrmsr(MSR_GS_BASE, (uint64_t)cpu);
	wrmsr(MSR_KERNEL_GS_BASE, 0);
}
