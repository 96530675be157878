/* SPDX-License-Identifier: MIT */
/*
 * The vector alone says what happened (reference 6.6). Naive: an interrupt with vector 18 runs the
 * #MC handler, INT 2 the NMI handler, an interrupt with vector 0x80 is a system call. Careful: the
 * APIC holds vectors 16 to 31 back, gates refuse ring 3, and the APIC is asked about 0x80. FRED:
 * the type says it.
 */
#include "hazard.h"
#include "kernel/apic.h"
#include "kernel/cpu.h"
#include "kernel/delivery.h"
#include "kernel/event.h"
#include "kernel/frame.h"
#include "kernel/percpu.h"
#include "kernel/workloads/programs.h"
#include "kernel/workloads/results.h"
#include "trace/fredtrace.h"

#define WAIT_TICKS   3
#define LOOKS_LIMIT  10000000u
#define AN_EXCEPTION 32 /* vectors below are exceptions' under the IDT */

static bool wait_interrupt(unsigned vector, uint64_t before)
{
	uint64_t until = this_cpu()->ticks + WAIT_TICKS;

	for (uint32_t looks = 0; looks < LOOKS_LIMIT; looks++) {
		if (interrupts_handled(vector) != before)
			return true;
		if (*(volatile uint64_t *)&this_cpu()->ticks >= until)
			break;
		cpu_relax();
	}
	return false;
}

static bool arrives(unsigned vector)
{
	uint64_t before = interrupts_handled(vector);

	apic_send_self(vector);
	return wait_interrupt(vector, before);
}

static void finds_nothing(struct trap_frame *frame)
{
	(void)frame;
}

/* If it is held back: what would come of it the moment it is not? */
static void let_it_in(unsigned vector)
{
	uint64_t priority = read_cr8(), before = interrupts_handled(vector);

	write_cr8(0);
	wait_interrupt(vector, before);
	write_cr8(priority);
}

static void machine_check_vector(void)
{
	machine_check_hook = finds_nothing;
	if (!arrives(VECTOR_MC) && read_cr8())
		let_it_in(VECTOR_MC);
	machine_check_hook = NULL;
}

/* For ring 3: it comes right behind the return, with `value` in RAX. */
static long send_later(unsigned long vector, unsigned long value)
{
	apic_send_self((unsigned)vector);
	return (long)value;
}

/* The spurious vector is the APIC's own, whoever delivers. */
static unsigned usable_vectors(void)
{
	unsigned first = delivery == &fred_delivery ? APIC_FIRST_VECTOR : AN_EXCEPTION, usable = 0;

	for (unsigned vector = first; vector < VECTOR_SPURIOUS; vector++) {
		/* Shown in step 3; from here it would be any system call that RAX happens to name
		 */
		if (vector == VECTOR_SYSCALL && delivery->run_flags & FT_RUN_NAIVE)
			continue;
		usable += arrives(vector);
	}
	return usable;
}

static bool vectors(void)
{
	step(1, "an interrupt with vector 18: is it a machine check?");
	machine_check_vector();
	workload_half = send_later;
	run_user("vectors", PROGRAM_VECTORS);
	step(4, "which vectors can a device have?");
	result_set(4, usable_vectors());
	hazard_price_user("INT 0x80", PROGRAM_VECTORS);
	return true;
}

const struct workload vectors_hazard = {
	"vectors", "one number for interrupts, exceptions and INT n", vectors, false};
