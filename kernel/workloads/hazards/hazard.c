/* SPDX-License-Identifier: MIT */
/* Skipped steps and prices, both told in the trace. */
#include "hazard.h"
#include "../../apic.h"
#include "../../console.h"
#include "../../cpu.h"
#include "../../harm.h"
#include "../../options.h"
#include "../../percpu.h"
#include "../../trace.h"

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

void hazard_price(const char *event, void (*once)(void))
{
	char text[TEXT];

	harm_watch(false);
	trace_set(false);
	apic_timer(0);
	format_text(text, sizeof(text), "%lu %s", least_of(once) - least_of(nothing), event);
	apic_timer((unsigned)options.hz);
	trace_set(true);
	harm_watch(true);
	trace_info("price", text);
}

void price_nmi(void)
{
	const volatile struct cpu *cpu = this_cpu();
	uint64_t before = cpu->nmis;

	apic_send_nmi();
	for (uint32_t looks = 0; cpu->nmis == before && looks < LOOKS_LIMIT; looks++)
		cpu_relax();
}
