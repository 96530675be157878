/* SPDX-License-Identifier: MIT */
/*
 * The price list: each kind of event a few times with the trace off, for what delivery
 * costs in software, and with it on, for what a record costs. Run it under -icount.
 */
#include "kernel/apic.h"
#include "kernel/console.h"
#include "kernel/cpu.h"
#include "kernel/delivery.h"
#include "kernel/event.h"
#include "kernel/fixup.h"
#include "price.h"
#include "programs.h"
#include "kernel/task.h"
#include "kernel/library.h"
#include "kernel/trace/trace.h"
#include "kernel/user_memory.h"
#include "workload.h"

#define ROUNDS	    8
#define TEST_VECTOR 0x50
#define LOOKS_LIMIT 1000000u

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

/* One kernel event between two stamps; label 2 is where a fault goes on. */
#define MEASURE(which, event)                                  \
	do {                                                   \
		struct price_stamps s = {.kind = (which)};     \
		price_arm();                                   \
		asm volatile(STAMP "mov %%rax, %0\n\t"         \
				   "1: " event "\n"            \
				   "2: " STAMP FIXUP(1b, 2b)   \
			     : "=&r"(s.before), "=&a"(s.after) \
			     : "r"(lazy)                       \
			     : "rdx", "memory", "cc");         \
		price_note(&s);                                \
	} while (0)

static void kernel_events(void)
{
	volatile uint64_t *lazy = (volatile uint64_t *)(LAZY_BASE + LAZY_PAGES / 2 * PAGE_SIZE);

	lazy_forget();
	MEASURE(PRICE_NOTHING, "");
	MEASURE(PRICE_KERNEL_UD, "ud2");
	MEASURE(PRICE_KERNEL_INT3, "int3");
	MEASURE(PRICE_KERNEL_PF, "movl $1, (%2)");
	/* TF set by POPF traps after the next instruction; the handler clears it again */
	this_cpu()->current->step_limit = 1;
	MEASURE(PRICE_KERNEL_DB, "pushfq; orl $0x100, (%%rsp); popfq; nop");
}

/* From the write to the APIC's command register: nothing earlier can be seen. */
static void apic_event(enum price_kind kind)
{
	struct price_stamps stamps = {.kind = kind};

	price_arm();
	stamps.before = rdtsc();
	if (kind == PRICE_NMI)
		apic_send_nmi();
	else
		apic_send_self(TEST_VECTOR);
	for (uint32_t looks = 0; !leave_tsc && looks < LOOKS_LIMIT; looks++)
		cpu_relax();
	stamps.after = leave_tsc;
	price_note(&stamps);
}

static bool measure(unsigned with_trace)
{
	bool ok;

	traced = with_trace;
	memset(prices[traced], 0, sizeof(prices[traced]));
	trace_set(with_trace);
	for (unsigned i = 0; i < ROUNDS; i++) {
		kernel_events();
		apic_event(PRICE_INTERRUPT);
		apic_event(PRICE_NMI);
	}
	ok = run_user("cost", PROGRAM_COST) == 0;
	trace_set(true);
	return ok;
}

static void print_price(enum price_kind kind)
{
	const struct price *off = &prices[0][kind], *on = &prices[1][kind];
	uint64_t nothing = prices[0][PRICE_NOTHING].total;
	bool asynchronous = kind >= PRICE_INTERRUPT;

	printk("price %s ring%u %-9s entry=%lu back=%lu total=%lu trace=%lu\n", delivery->name,
	       kind < PRICE_KERNEL_UD ? 3 : 0, names[kind],
	       off->entry - (asynchronous ? 0 : nothing), asynchronous ? 0 : off->back - nothing,
	       off->total - (asynchronous ? 0 : nothing), on->total - off->total);
}

static bool cost(void)
{
	step(1, "each kind of event, measured");
	apic_timer(0);
	if (!measure(0) || !measure(1))
		return false;
	for (enum price_kind kind = PRICE_NOTHING + 1; kind < PRICE_KINDS; kind++)
		print_price(kind);
	return true;
}

const struct workload cost_workload = {"cost", "instructions per event and delivery", cost, false};
