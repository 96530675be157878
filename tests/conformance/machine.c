// SPDX-License-Identifier: MIT
/*
 * The machine as every test finds it: FRED on, levels as Linux has them, descriptors, stacks
 * and debug registers fresh. What FRED must not look at is poisoned: IDTR has no room for a
 * gate, the TSS's stacks and the MSRs of SYSCALL and SYSENTER point nowhere.
 */
#include "suite.h"

#define STACK_SIZE 16384
#define NOWHERE	   0xffff900000000000ull

extern const uint8_t idt_stubs[];
void unblock_nmis(void);

static uint8_t stacks[6][STACK_SIZE] __attribute__((aligned(4096)));

#define FLAT(access, flags) \
	(0xffffull | (uint64_t)(access) << 40 | 0xfull << 48 | (uint64_t)(flags) << 52)
#define BASED(access, base)                                                                  \
	(0xffffull | ((base)&0xffffffull) << 16 | (uint64_t)(access) << 40 | 0xcfull << 48 | \
	 ((base) >> 24 & 0xffull) << 56)
#define CODE64	    0xa
#define CODE32_DATA 0xc

static const uint64_t gdt_image[SEL_GDT_END / 8] = {
	[SEL_KERNEL_CS32 / 8] = FLAT(0x9b, CODE32_DATA),
	[KERNEL_CS / 8] = FLAT(0x9b, CODE64),
	[KERNEL_SS / 8] = FLAT(0x93, CODE32_DATA),
	[USER_CS32 / 8] = FLAT(0xfb, CODE32_DATA),
	[USER_SS / 8] = FLAT(0xf3, CODE32_DATA),
	[USER_CS / 8] = FLAT(0xfb, CODE64),
	[SEL_OTHER_KERNEL_CS / 8] = FLAT(0x9b, CODE64),
	[SEL_OTHER_KERNEL_SS / 8] = FLAT(0x93, CODE32_DATA),
	[SEL_OTHER_USER_CS / 8] = FLAT(0xfb, CODE64),
	[SEL_OTHER_USER_CS32 / 8] = FLAT(0xfb, CODE32_DATA),
	[SEL_OTHER_USER_SS / 8] = FLAT(0xf3, CODE32_DATA),
	[SEL_BASED_DATA / 8] = BASED(0xf3, DATA_BASE),
	[SEL_ABSENT_DATA / 8] = FLAT(0x73, CODE32_DATA),
	[SEL_ABSENT_CODE / 8] = FLAT(0x7b, CODE64),
	[SEL_KERNEL_BASED_DATA / 8] = BASED(0x93, DATA_BASE),
	[SEL_EXECUTE_ONLY / 8] = FLAT(0xf9, CODE64),
	[SEL_READ_ONLY_DATA / 8] = FLAT(0xf1, CODE32_DATA),
	[SEL_LONG_AND_BIG / 8] = FLAT(0xfb, CODE64 | CODE32_DATA),
	[SEL_READABLE_CODE / 8] = FLAT(0xfb, CODE64),
};
/* behind each table's limit lie good descriptors, which nothing may use */
uint64_t gdt[SEL_GDT_END / 8 + 2] __attribute__((aligned(64)));
static const uint64_t ldt_image[4] = {
	FLAT(0xfb, CODE64),
	FLAT(0xf3, CODE32_DATA),
	FLAT(0xfb, CODE32_DATA),
	BASED(0xf3, DATA_BASE + 0x1000),
};
static uint64_t ldt[6];

static struct {
	uint32_t reserved;
	uint64_t rsp[3], reserved2, ist[7];
	uint32_t reserved3[2];
	uint16_t reserved4, io_map;
} __attribute__((packed)) tss;

static struct gate {
	uint16_t low, selector;
	uint8_t ist, type;
	uint16_t middle;
	uint32_t high, zero;
} idt[256];

uint64_t stack_top(unsigned level)
{
	return (uint64_t)stacks[level + 1];
}

uint64_t test_stack_top(void)
{
	return (uint64_t)stacks[5];
}

uint64_t user_stack_top(void)
{
	return (uint64_t)stacks[5] + STACK_SIZE - 64;
}

static void system_descriptor(unsigned selector, const void *base, uint32_t limit, uint8_t access)
{
	uint64_t b = (uint64_t)base;

	gdt[selector / 8] =
		limit | (b & 0xffffff) << 16 | (uint64_t)access << 40 | (b >> 24 & 0xff) << 56;
	gdt[selector / 8 + 1] = b >> 32;
}

static void load_tables(void)
{
	struct table_register gdtr = {SEL_GDT_END - 1, (uint64_t)gdt}, no_idt = {0, NOWHERE};

	for (unsigned i = 0; i < SEL_GDT_END / 8; i++)
		gdt[i] = gdt_image[i];
	for (unsigned i = 0; i < 4; i++)
		ldt[i] = ldt_image[i];
	gdt[SEL_GDT_END / 8] = ldt[4] = FLAT(0xfb, CODE64);
	gdt[SEL_GDT_END / 8 + 1] = ldt[5] = FLAT(0xf3, CODE32_DATA);
	for (unsigned i = 0; i < 3; i++)
		tss.rsp[i] = NOWHERE;
	for (unsigned i = 0; i < 7; i++)
		tss.ist[i] = NOWHERE;
	tss.io_map = sizeof(tss);
	system_descriptor(TSS_SEL, &tss, sizeof(tss) - 1, 0x89);
	system_descriptor(LDT_SEL, ldt, sizeof(ldt_image) - 1, 0x82);
	__asm__ volatile("lgdt %0; lidt %1; ltr %w2; lldt %w3"
			 :
			 : "m"(gdtr), "m"(no_idt), "r"(TSS_SEL), "r"(LDT_SEL)
			 : "memory");
	__asm__ volatile(
		"mov %w0, %%ss; mov %w0, %%ds; mov %w0, %%es; mov %w1, %%fs; mov %w1, %%gs\n\t"
		"pushq %2; pushq $1f; lretq; 1:"
		:
		: "r"(KERNEL_SS), "r"(0), "i"(KERNEL_CS)
		: "memory");
}

static void reset_debug(void)
{
	write_dr7(0x400);
	write_dr0(0);
	write_dr1(0);
	write_dr2(0);
	write_dr3(0);
	write_dr6(DR6_CLEAR);
}

void set_levels(uint64_t stklvls)
{
	wrmsr(FRED_STKLVLS, stklvls);
}

void set_config(unsigned bits, uint64_t value)
{
	wrmsr(FRED_CONFIG, (rdmsr(FRED_CONFIG) & ~(uint64_t)bits) | value);
}

void set_csl(unsigned level)
{
	uint64_t config = rdmsr(FRED_CONFIG);

	if ((config & CONFIG_CSL) != level)
		wrmsr(FRED_CONFIG, (config & ~CONFIG_CSL) | level);
}

void fred_on(void)
{
	write_cr4(read_cr4() | CR4_FRED);
}

void fred_off(void)
{
	struct table_register idtr = {sizeof(idt) - 1, (uint64_t)idt};

	for (unsigned i = 0; i < 256; i++) {
		uint64_t to = (uint64_t)idt_stubs + 16 * i;

		idt[i] = (struct gate){to, KERNEL_CS, 0, 0x8e, to >> 16, to >> 32, 0};
	}
	__asm__ volatile("lidt %0" : : "m"(idtr));
	tss.rsp[0] = stack_top(0);
	write_cr4(read_cr4() & ~CR4_FRED);
}

static enum action ignore(const struct event *e, struct frame *frame)
{
	(void)e;
	(void)frame;
	return RESUME;
}

void machine_reset(void)
{
	write_cr4(0x620);
	write_cr0(0x80010033);
	load_tables();
	for (unsigned i = 0; i < 4; i++)
		wrmsr(FRED_RSP(i), stack_top(i));
	wrmsr(FRED_CONFIG, (uint64_t)fred_entry_page);
	set_levels(LINUX_LEVELS);
	wrmsr(MSR_STAR, (uint64_t)USER_CS32 << 48 | (uint64_t)KERNEL_CS << 32);
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE);
	wrmsr(MSR_LSTAR, NOWHERE);
	wrmsr(MSR_CSTAR, NOWHERE);
	wrmsr(MSR_FMASK, 0);
	wrmsr(MSR_SYSENTER_CS, 0);
	wrmsr(MSR_SYSENTER_ESP, NOWHERE);
	wrmsr(MSR_SYSENTER_EIP, NOWHERE);
	fred_on();
	reset_debug();
	for (unsigned i = 0; i < PAGE_COUNT; i++)
		map_page(i, PAGE_ABSENT);
	__asm__ volatile("fninit");

	on_event = ignore;
	event_count = 0;
	unblock_nmis();
	for (int i = 0; i < 8; i++) { /* what a test left pending */
		end_of_interrupts();
		__asm__ volatile("sti; nop; nop; cli" : : : "memory");
		event_count = 0;
	}
	end_of_interrupts();
	on_event = NULL;
	event_count = 0;
}
