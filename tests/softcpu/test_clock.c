// SPDX-License-Identifier: MIT
/*
 * softcpu's own time stays out of the guest's TSC. With -icount shift=0,sleep=off RDTSC
 * counts instructions: then 0 of them lie between an instruction and the entry.
 */
#include "guest.h"

extern uint8_t clock_page[], idt_clock[], idt_clock_ud[];

static uint32_t between_nothing(void)
{
	uint32_t delta;

	__asm__ volatile("rdtsc; mov %%eax, %%r8d; rdtsc; sub %%r8d, %%eax; mov %%eax, %0"
			 : "=r"(delta)
			 :
			 : "rax", "rdx", "r8");
	return delta;
}

static uint32_t over_cpuid(void)
{
	uint32_t delta;

	__asm__ volatile("rdtsc; mov %%eax, %%r8d; cpuid; rdtsc; sub %%r8d, %%eax; mov %%eax, %0"
			 : "=r"(delta)
			 :
			 : "rax", "rbx", "rcx", "rdx", "r8");
	return delta;
}

static uint32_t over_dr7(void)
{
	uint32_t delta;

	__asm__ volatile(
		"rdtsc; mov %%eax, %%r8d; mov %1, %%dr7; rdtsc; sub %%r8d, %%eax; mov %%eax, %0"
		: "=r"(delta)
		: "r"(0x400ull)
		: "rax", "rdx", "r8");
	return delta;
}

static uint32_t over_wrmsrns(void)
{
	uint32_t delta;

	__asm__ volatile("rdtsc; mov %%eax, %%r8d; xor %%eax, %%eax; xor %%edx, %%edx; "
			 ".byte 0x0f, 0x01, 0xc6; rdtsc; sub %%r8d, %%eax; mov %%eax, %0"
			 : "=r"(delta)
			 : "c"(MSR_KERNEL_GS)
			 : "rax", "rdx", "r8");
	return delta;
}

/* what the entry code reads into R9, less what was read before the event */
static uint32_t to_entry_ud(void)
{
	uint32_t delta;

	__asm__ volatile("rdtsc; mov %%eax, %%r8d; ud2; sub %%r8d, %%r9d; mov %%r9d, %0"
			 : "=r"(delta)
			 :
			 : "rax", "rdx", "r8", "r9", "memory");
	return delta;
}

static uint32_t to_entry_int(void)
{
	uint32_t delta;

	__asm__ volatile("rdtsc; mov %%eax, %%r8d; int $0x66; .byte 0x66, 0x90; sub %%r8d, %%r9d; "
			 "mov %%r9d, %0"
			 : "=r"(delta)
			 :
			 : "rax", "rdx", "r8", "r9", "memory");
	return delta;
}

static uint32_t there_and_back(void)
{
	uint32_t delta;

	__asm__ volatile("rdtsc; mov %%eax, %%r8d; int $0x66; .byte 0x66, 0x90; rdtsc; sub %%r8d, "
			 "%%eax; mov %%eax, %0"
			 : "=r"(delta)
			 :
			 : "rax", "rdx", "r8", "r9", "memory");
	return delta;
}

static void monotonic(void)
{
	uint64_t last = rdtsc();
	bool ok = true;

	for (int i = 0; i < 2000; i++) {
		uint64_t now;

		cpuid(0, 0);
		now = rdtsc();
		ok &= now >= last;
		last = now;
	}
	check(ok, "the clock never runs backwards over 2000 exits");
}

void test_clock(void)
{
	uint32_t nothing = between_nothing(), tick = nothing / 2;
	uint32_t ud, n, loop;

	group("the clock");
	monotonic();
	if (nothing != between_nothing() || nothing > 2000 || !counts_instructions) {
		print("# the clock does not count instructions here: exact checks are left out\n");
		return;
	}
	check_equal(over_cpuid(), 3 * tick, "an emulated instruction takes as long as any");
	check_equal(over_dr7(), 3 * tick,
		    "and so does MOV to DR7, which runs as softcpu's own guest");
	check_equal(over_wrmsrns(), 5 * tick, "and so does WRMSRNS");
	wrmsr(FRED_CONFIG, (uint64_t)clock_page);
	ud = to_entry_ud();
	n = to_entry_int();
	loop = there_and_back();
	wrmsr(FRED_CONFIG, (uint64_t)fred_page);
	/* MOV, the instruction itself, RDTSC at the entry */
	check_equal(ud, 3 * tick, "FRED: 0 instructions from #UD to its entry");
	check_equal(n, 3 * tick, "FRED: 0 instructions from INT n to its entry");
	/* + ADD and MOV at the entry, ERETS, RDTSC */
	check_equal(loop, 7 * tick, "FRED: ERETS takes one instruction");
	fred_off();
	set_idt_gate(6, (uint64_t)idt_clock_ud);
	set_idt_gate(0x66, (uint64_t)idt_clock);
	check_equal(to_entry_int(), n + 2 * tick,
		    "IDT: INT n by the machine itself, as a yardstick");
	check_equal(to_entry_ud(), ud + 2 * tick, "IDT: #UD, which softcpu puts back");
	fred_on();
}
