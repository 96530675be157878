/* SPDX-License-Identifier: MIT */
/* The price list: what the stamps around events come to. */
#include "price.h"
#include "kernel/console.h"
#include "kernel/cpu.h"
#include "kernel/delivery.h"
#include "kernel/event.h"
#include "kernel/library.h"

#define LOOP  10000
#define LOOPS 8

struct price {
	uint64_t entry, back, total;
};

static struct price prices[2][PRICE_KINDS]; /* trace off, trace on */
static unsigned traced;

static const char *const names[PRICE_KINDS] = {
	[PRICE_SYSCALL] = "SYSCALL",	 [PRICE_INT80] = "INT 0x80", [PRICE_USER_UD] = "#UD",
	[PRICE_USER_PF] = "#PF",	 [PRICE_USER_INT3] = "INT3", [PRICE_KERNEL_UD] = "#UD",
	[PRICE_KERNEL_INT3] = "INT3",	 [PRICE_KERNEL_PF] = "#PF",  [PRICE_KERNEL_DB] = "#DB",
	[PRICE_INTERRUPT] = "interrupt", [PRICE_NMI] = "NMI",
};

void price_begin(bool with_trace)
{
	traced = with_trace;
	memset(prices[traced], 0, sizeof(prices[traced]));
}

void price_arm(void)
{
	handler_tsc = 0;
	leave_tsc = 0;
}

static void keep_least(uint64_t *least, uint64_t value)
{
	if (!*least || value < *least)
		*least = value;
}

void price_note(const struct price_stamps *stamps)
{
	struct price *price = &prices[traced][stamps->kind % PRICE_KINDS];

	if (stamps->kind != PRICE_NOTHING) {
		keep_least(&price->entry, handler_tsc - stamps->before);
		keep_least(&price->back, stamps->after - leave_tsc);
	}
	keep_least(&price->total, stamps->after - stamps->before);
}

static uint64_t time_of_loop(void)
{
	uint64_t before = rdtsc();

	for (volatile unsigned i = 0; i < LOOP; i++)
		;
	return rdtsc() - before;
}

bool price_counted(void)
{
	uint64_t first = time_of_loop();

	for (unsigned i = 0; i < LOOPS; i++)
		if (time_of_loop() != first)
			return false;
	return true;
}

void price_print(enum price_kind kind)
{
	const struct price *off = &prices[0][kind], *on = &prices[1][kind];
	uint64_t nothing = prices[0][PRICE_NOTHING].total;
	bool asynchronous = kind >= PRICE_INTERRUPT;

	printk("price %s ring%u %-9s entry=%lu back=%lu total=%lu trace=%lu\n", delivery->name,
	       kind < PRICE_KERNEL_UD ? 3 : 0, names[kind],
	       off->entry - (asynchronous ? 0 : nothing), asynchronous ? 0 : off->back - nothing,
	       off->total - (asynchronous ? 0 : nothing), on->total - off->total);
}
