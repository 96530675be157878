// SPDX-License-Identifier: MIT
/* The guest's machine: tables, test pages, the local APIC, softcpu underneath. */
#include "guest.h"

extern uint64_t boot_pdpt[512], boot_pd[4 * 512], tss_descriptor[2], gdt[];
extern uint8_t softcpu_bin[], softcpu_bin_end[], idt_stubs[];
void guest_main(void);

/* neither 2 MiB aligned nor near the guest */
#define SOFTCPU_AT 0x7a5000ull

uint64_t page_table[512] __attribute__((aligned(4096)));
uint8_t page_memory[PAGE_COUNT][4096] __attribute__((aligned(4096)));
uint32_t status;
bool counts_instructions;

static uint8_t stacks[4][8192] __attribute__((aligned(4096)));
static uint8_t ring0_stack[8192] __attribute__((aligned(16)));
static uint32_t tss[26];

static struct gate {
	uint16_t offset0, selector;
	uint8_t ist, type;
	uint16_t offset16;
	uint32_t offset32, zero;
} idt[256] __attribute__((aligned(16)));

uint64_t stack_top(int level)
{
	return (uint64_t)stacks[level] + sizeof(stacks[level]);
}

void map_page(int n, uint64_t bits)
{
	page_table[n] = (uint64_t)page_memory[n] | bits;
	__asm__ volatile("invlpg (%0)" : : "r"(PAGE(n)) : "memory");
}

void memory_init(void)
{
	boot_pd[2 * 512] = (uint64_t)page_table | 7;
	for (int i = 0; i < PAGE_COUNT; i++)
		map_page(i, 3);
}

void set_idt_gate(int vector, uint64_t to)
{
	idt[vector] = (struct gate){to, KERNEL_CS, 0, 0xee, to >> 16, to >> 32, 0};
}

static void tables_init(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) idtr = {sizeof(idt) - 1, (uint64_t)idt};
	uint64_t base = (uint64_t)tss, top = (uint64_t)ring0_stack + sizeof(ring0_stack);

	for (int i = 0; i < 256; i++)
		set_idt_gate(i, (uint64_t)idt_stubs + 16 * i);
	__asm__ volatile("lidt %0" : : "m"(idtr));
	tss[1] = top;
	tss[2] = top >> 32;
	tss[25] = sizeof(tss) << 16;
	tss_descriptor[0] =
		0x0000890000000067ull | (base & 0xffffff) << 16 | (base >> 24 & 0xff) << 56;
	tss_descriptor[1] = base >> 32;
	__asm__ volatile("ltr %w0" : : "r"(0x48));
}

static bool command_line_has(const char *word)
{
	extern uint32_t multiboot_info;
	const uint32_t *info = (void *)(uint64_t)multiboot_info;
	const char *line = info[0] & 4 ? (void *)(uint64_t)info[4] : "";

	for (; *line; line++) {
		int i = 0;

		while (word[i] && line[i] == word[i])
			i++;
		if (!word[i])
			return true;
	}
	return false;
}

/* x2APIC before softcpu is there: for a machine that has it */
static bool x2apic;

static void apic_write(unsigned reg, uint32_t value)
{
	if (x2apic)
		wrmsr(0x800 + reg / 16, value);
	else
		*(volatile uint32_t *)(0xfee00000ull + reg) = value;
}

void apic_init(void)
{
	outb(0x21, 0xff); /* the 8259s stay out of it */
	outb(0xa1, 0xff);
	if (command_line_has("x2apic")) {
		if (!(cpuid(1, 0).ecx & 1 << 21)) {
			print("# skipped: this machine has no x2APIC of its own\n");
			power_off(1);
		}
		wrmsr(0x1b, rdmsr(0x1b) | 1 << 10);
		x2apic = true;
	}
	apic_write(0xf0, 0x1ff);
	apic_write(0x80, 0);
}

/* to our own id, which is 0: the self shorthand does not carry NMIs everywhere */
static void send(uint32_t command)
{
	if (!x2apic)
		apic_write(0x310, 0);
	apic_write(0x300, command);
}

void send_nmi(void)
{
	send(0x4400);
}

void send_ipi(uint8_t vector)
{
	send(0x4000 | vector);
}

void end_of_interrupt(void)
{
	apic_write(0xb0, 0);
}

void apic_timer(uint8_t vector, uint32_t period)
{
	apic_write(0x3e0, 0xb); /* divide by 1 */
	apic_write(0x320, vector ? 0x20000 | vector : 0x10000);
	apic_write(0x380, period);
}

void apic_timer_once(uint8_t vector, uint32_t count)
{
	apic_write(0x3e0, 0xb);
	apic_write(0x320, vector);
	apic_write(0x380, count);
}

void fred_defaults(void)
{
	for (int i = 0; i < 4; i++)
		wrmsr(FRED_RSP(i), stack_top(i));
	wrmsr(FRED_LEVELS, 0);
	wrmsr(FRED_CONFIG, (uint64_t)fred_page);
	wrmsr(MSR_STAR, (uint64_t)(USER_CS32) << 48 | (uint64_t)KERNEL_CS << 32);
}

void fred_on(void)
{
	fred_defaults();
	write_cr4(read_cr4() | CR4_FRED);
}

void fred_off(void)
{
	write_cr4(read_cr4() & ~CR4_FRED);
}

static int install(uint64_t at)
{
	const struct softcpu_image *image = (void *)at;
	struct softcpu_args args = {.physical = at,
				    .offset = 0,
				    .flags = command_line_has("native") ? SOFTCPU_NATIVE : 0};
	int (*entry)(const struct softcpu_args *);

	__builtin_memset((void *)at, 0xaa, 0x80000);
	__builtin_memcpy((void *)at, softcpu_bin,
			 (uint64_t)softcpu_bin_end - (uint64_t)softcpu_bin);
	if (image->magic != SOFTCPU_MAGIC)
		return -1;
	entry = (void *)(at + image->entry);
	return entry(&args);
}

/* its last line on the console must be softcpu's report */
static void triple_fault(void)
{
	fred_on();
	wrmsr(FRED_LEVELS, 3 << 16);
	wrmsr(FRED_RSP(3), 0x123456780000);
	*(volatile uint64_t *)PAGE(0);
	__asm__ volatile("mov $0x5ca1ab1e, %%eax; mov %0, %%rsp; ud2" : : "c"(0x123456780000ull));
}

void guest_main(void)
{
	outb(0x3fb, 3);
	print("KTAP version 1\n");
	tables_init();
	memory_init();
	apic_init();

	if (command_line_has("bench"))
		bench_native();
	group("installation");
	check_equal(install(SOFTCPU_AT), SOFTCPU_OK, "softcpu.h: entry() returns SOFTCPU_OK");
	check_equal(install(SOFTCPU_AT + 0x100000), SOFTCPU_HAS_FRED,
		    "softcpu.h: a second entry() finds FRED");
	if (command_line_has("bench"))
		bench((const struct softcpu_image *)SOFTCPU_AT);
	if (command_line_has("triple"))
		triple_fault();
	if (command_line_has("entry")) { /* an entry page that 48-bit addresses do not reach */
		fred_on();
		wrmsr(FRED_CONFIG, 1ull << 50);
		__asm__ volatile("mov $0x5ca1ab1e, %eax; ud2");
	}
	if (command_line_has("no-idt")) {
		struct {
			uint16_t limit;
			uint64_t base;
		} __attribute__((packed)) none = {0, 0};

		__asm__ volatile("lidt %0; int3" : : "m"(none), "a"(0x5ca1ab1e));
	}
	if (command_line_has("cr3")) { /* page tables where no memory is */
		fred_on();
		__asm__ volatile("mov %0, %%cr3" : : "r"(0x7ff00000ull), "a"(0x5ca1ab1e));
	}
	counts_instructions = command_line_has("icount");
	hypercall(SOFTCPU_HC_STATUS, (uint64_t)&status);
	test_idt();
	test_msrs();
	fred_on();
	test_ring0();
	test_ring3();
	test_returns();
	test_stacks();
	test_interrupts();
	test_nmi();
	test_forbidden();
	test_hostile();
	test_clock();
	test_soak();
	test_fuzz();
	test_apic();
	finish();
}

void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);

void *memcpy(void *to, const void *from, size_t size)
{
	uint8_t *d = to;
	const uint8_t *s = from;

	while (size--)
		*d++ = *s++;
	return to;
}

void *memset(void *to, int value, size_t size)
{
	uint8_t *d = to;

	while (size--)
		*d++ = value;
	return to;
}
