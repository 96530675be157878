/* SPDX-License-Identifier: MIT */
/*
 * The price list: each kind of event a few times with the trace off, for what delivery
 * costs in software, and with it on, for what a record costs. Run it under -icount.
 */
#include "kernel/apic.h"
#include "kernel/console.h"
#include "kernel/cpu.h"
#include "kernel/event.h"
#include "kernel/fixup.h"
#include "kernel/task.h"
#include "kernel/trace/trace.h"
#include "kernel/user_memory.h"
#include "price.h"
#include "programs.h"
#include "workload.h"

#define ROUNDS	    8
#define TEST_VECTOR 0x50
#define LOOKS_LIMIT 1000000u

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

static bool measure(bool with_trace)
{
	bool ok;

	price_begin(with_trace);
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

static bool cost(void)
{
	step(1, "each kind of event, measured");
	apic_timer(0);
	if (!price_counted()) {
		printk("fredlab: no prices: the TSC counts time here and not instructions; "
		       "run this with tools/run --icount\n");
		return false;
	}
	if (!measure(false) || !measure(true))
		return false;
	for (enum price_kind kind = PRICE_NOTHING + 1; kind < PRICE_KINDS; kind++)
		price_print(kind);
	return true;
}

const struct workload cost_workload = {"cost", "instructions per event and delivery", cost, false};
