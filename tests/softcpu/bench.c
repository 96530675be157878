// SPDX-License-Identifier: MIT
/*
 * For tests/bench: the same event many times, by this machine's IDT, by its IDT with softcpu
 * below, and by FRED. softcpu takes its own time off the guest's clock, so the clock is outside: a
 * line on the console before and after. Then the soak, long.
 */
#include "guest.h"

#define ROUNDS	    200000
#define SOAK_ROUNDS 333333 /* of three events each */

extern uint8_t bench_page[], bench_idt_ud[];
extern volatile uint64_t soak_rounds;

/* ring 0's shortest event: #UD, whose handler does nothing but step over it */
static void undefined(const char *name, bool counted)
{
	uint64_t exits = counted ? hypercall(SOFTCPU_HC_COUNTER, SOFTCPU_COUNT_EXITS) : 0;

	print("bench begin ");
	print(name);
	print("\n");
	for (int i = 0; i < ROUNDS; i++)
		__asm__ volatile("ud2" : : : "memory");
	print("bench end ");
	print(name);
	print(" events ");
	print_number(ROUNDS, 10);
	print(" exits ");
	/* less the one that asks */
	if (counted)
		exits = hypercall(SOFTCPU_HC_COUNTER, SOFTCPU_COUNT_EXITS) - exits - 1;
	print_number(exits, 10);
	print("\n");
}

/* without softcpu yet */
void bench_native(void)
{
	set_idt_gate(6, (uint64_t)bench_idt_ud);
	undefined("native-idt", false);
}

/* "bench exits 40:12 46:200000 ...": exit code, in hexadecimal, and how often */
static void exits_by_reason(void)
{
	print("bench exits");
	for (unsigned reason = 0; reason < SOFTCPU_COUNT_REASONS; reason++) {
		uint64_t count = hypercall(SOFTCPU_HC_COUNTER, SOFTCPU_COUNT_REASON + reason);

		if (!count)
			continue;
		print(" ");
		print_number(reason, 16);
		print(":");
		print_number(count, 10);
	}
	print("\n");
}

void bench(const struct softcpu_image *image)
{
	print("bench memory ");
	print_number(image->memory, 10);
	print("\n");
	undefined("softcpu-idt", true);
	fred_on();
	wrmsr(FRED_CONFIG, (uint64_t)bench_page);
	undefined("softcpu-fred", true);
	fred_defaults();
	soak_rounds = SOAK_ROUNDS;
	test_soak();
	exits_by_reason();
	finish();
}
