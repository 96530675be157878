/* SPDX-License-Identifier: MIT */
/*
 * CR2 and DR6 hold the cause of the last #PF or #DB (reference 6.1). Step 1: a #PF's entry code is
 * interrupted by a #DB (a data breakpoint on the stack that it saves its registers to), whose
 * handler faults too. Step 2: a single-step #DB's first instruction is interrupted by an NMI,
 * whose handler meets a breakpoint. Naive: the outer handler reads the inner one's cause, or
 * none. Careful: an event puts CR2 and DR6 back. FRED: both causes are in their frames.
 */
#include "hazard.h"
#include "kernel/apic.h"
#include "kernel/cpu.h"
#include "kernel/event.h"
#include "kernel/harm/harm.h"
#include "kernel/task.h"
#include "kernel/user_memory.h"

#define OUTER 8 /* lazy pages */
#define INNER 9
#define ROOM  512 /* below our own frame */

static volatile uint64_t watched;

static void fault_inside(struct trap_frame *frame)
{
	(void)frame;
	break_off(0);
	*lazy_page(INNER) = 1;
}

/*
 * From a stack pointer on a 64-byte boundary the entry code of either delivery comes to the same
 * struct trap_frame, and saves the last register in its lowest word.
 */
static void fault_outside(void)
{
	uint64_t rsp = ((uint64_t)__builtin_frame_address(0) - ROOM) & ~63ull;

	harm_expect_cause((uint64_t)fault_on_stack_rip, (uint64_t)lazy_page(OUTER));
	debug_hook = fault_inside;
	break_on_write(0, (volatile uint64_t *)(rsp - sizeof(struct trap_frame)));
	fault_on_stack(lazy_page(OUTER), rsp);
	break_off(0);
}

static void break_inside(struct trap_frame *frame)
{
	(void)frame;
	break_on_write(1, &watched);
	harm_expect_cause((uint64_t)store_word_rip, 1 << 1); /* B1, and not the step outside */
	store_word(&watched);
	break_off(1);
}

/* After one instruction a single step and an NMI are due: #DB is first (SDM 3, table 6-2). */
static void step_outside(void)
{
	struct apic_order order = apic_nmi_order();
	const char *rip = order.memory ? step_over_store_rip : step_over_wrmsr_rip;

	harm_expect_cause((uint64_t)rip, DB_STEP);
	nmi_hook = break_inside;
	this_cpu()->current->step_limit = 1;
	if (order.memory)
		step_over_store(order.memory, order.low);
	else
		step_over_wrmsr(order.msr, order.low, order.high);
}

static void plain_fault(void)
{
	lazy_forget();
	*lazy_page(OUTER) = 1;
}

static bool cause(void)
{
	step(1, "a #PF whose entry is interrupted by a #DB that faults");
	lazy_forget();
	fault_outside();
	step(2, "a #DB whose entry is interrupted by an NMI with a #DB in it");
	step_outside();
	hazard_price("#PF", plain_fault);
	hazard_price("#DB", step_once);
	return true;
}

const struct workload cause_hazard = {"cause", "CR2 or DR6 changed before it is read", cause,
				      false};
