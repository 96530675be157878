/* SPDX-License-Identifier: MIT */
/* Skipped steps and prices, both told in the trace. */
#include "hazard.h"
#include "kernel/apic.h"
#include "kernel/console.h"
#include "kernel/cpu.h"
#include "kernel/format.h"
#include "kernel/harm/harm.h"
#include "kernel/options.h"
#include "kernel/percpu.h"
#include "kernel/trace/record.h"
#include "kernel/trace/trace.h"

#define ROUNDS	    8
#define TEXT	    48
#define LOOKS_LIMIT 1000000u

void hazard_skip(const char *why)
{
	printk("fredlab: skipped: %s\n", why);
	trace_info("skipped", why);
}

void hazard_absent(const char *why)
{
	printk("fredlab: not applicable: %s\n", why);
	trace_info("absent", why);
}

static void nothing(void)
{
}

static uint64_t least_of(void (*once)(void))
{
	uint64_t least = ~0ull;

	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t before = rdtsc(), taken;

		once();
		taken = rdtsc() - before;
		if (taken < least)
			least = taken;
	}
	return least;
}

static void quiet(bool on)
{
	harm_watch(!on);
	trace_set(!on);
	apic_timer(on ? 0 : (unsigned)options.hz);
}

static void tell_price(uint64_t instructions, const char *event)
{
	char text[TEXT];

	format_text(text, sizeof(text), "%lu %s", instructions, event);
	trace_info("price", text);
}

void hazard_price(const char *event, void (*once)(void))
{
	uint64_t least;

	quiet(true);
	least = least_of(once) - least_of(nothing);
	quiet(false);
	tell_price(least, event);
}

static uint64_t least_taken;

static long took(unsigned long instructions, unsigned long unused)
{
	(void)unused;
	if (instructions < least_taken)
		least_taken = instructions;
	return 0;
}

void hazard_price_user(const char *event, unsigned long program)
{
	quiet(true);
	least_taken = ~0ull;
	workload_half = took;
	run_user(event, program | 1ul << 8);
	quiet(false);
	tell_price(least_taken, event);
}

void price_nmi(void)
{
	const volatile struct cpu *cpu = this_cpu();
	uint64_t before = cpu->nmis;

	apic_send_nmi();
	for (uint32_t looks = 0; cpu->nmis == before && looks < LOOKS_LIMIT; looks++)
		cpu_relax();
}
