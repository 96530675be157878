/* SPDX-License-Identifier: MIT */
/* Faults, NMIs, single steps and debug registers (SDM 3, 17.2) on demand. */
#include "provoke.h"
#include "kernel/console.h"
#include "kernel/cpu.h"
#include "kernel/engine.h"
#include "kernel/layout.h"
#include "kernel/task.h"
#include "kernel/trace/trace.h"

#define WAIT_TICKS  20
#define LOOKS_LIMIT 10000000u /* where the timer does not run */

/* DR7: two enable bits and four of condition and length for each of DR0..DR3 */
#define DR7_LOCAL(n)   (1ull << 2 * (n))
#define DR7_BITS(n)    (3ull << 2 * (n) | 0xfull << (16 + 4 * (n)))
#define DR7_WRITE(n)   (1ull << (16 + 4 * (n)))
#define DR7_8_BYTES(n) (2ull << (18 + 4 * (n)))

volatile uint64_t *lazy_page(unsigned n)
{
	return (volatile uint64_t *)(LAZY_BASE + (uint64_t)n * PAGE_SIZE);
}

bool wait_nmis(uint64_t wanted)
{
	const volatile struct cpu *cpu = this_cpu();
	uint64_t until = cpu->ticks + WAIT_TICKS;

	for (uint32_t looks = 0; looks < LOOKS_LIMIT && cpu->ticks < until; looks++) {
		if (cpu->nmis >= wanted)
			return true;
		cpu_relax();
	}
	printk("fredlab: %lu NMIs were sent, %lu have been handled to their end\n", wanted,
	       cpu->nmis);
	return false;
}

/* TF set by POPF traps after the next instruction; the handler clears it again. */
void step_once(void)
{
	this_cpu_without_gs()->current->step_limit = 1;
	asm volatile("pushfq\n\t"
		     "orl $0x100, (%%rsp)\n\t"
		     "popfq\n\t"
		     "nop"
		     :
		     :
		     : "memory", "cc");
}

bool inject(unsigned vector)
{
	if (engine() != FT_ENGINE_SOFTCPU)
		return false;
	trace_injected(vector);
	return engine_inject(vector);
}

static void set_address(unsigned n, uint64_t address)
{
	switch (n) {
	case 0: asm volatile("mov %0, %%dr0" : : "r"(address)); break;
	case 1: asm volatile("mov %0, %%dr1" : : "r"(address)); break;
	case 2: asm volatile("mov %0, %%dr2" : : "r"(address)); break;
	case 3: asm volatile("mov %0, %%dr3" : : "r"(address)); break;
	}
}

static void set_control(unsigned n, uint64_t bits)
{
	write_dr7((read_dr7() & ~DR7_BITS(n)) | bits);
}

void break_at(unsigned n, const void *instruction)
{
	set_address(n, (uint64_t)instruction);
	set_control(n, DR7_LOCAL(n));
}

void break_on_write(unsigned n, volatile uint64_t *word)
{
	set_address(n, (uint64_t)word);
	set_control(n, DR7_LOCAL(n) | DR7_WRITE(n) | DR7_8_BYTES(n));
}

void break_off(unsigned n)
{
	set_control(n, 0);
}
