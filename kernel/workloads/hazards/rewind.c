/* SPDX-License-Identifier: MIT */
/*
 * An IST begins at the same address each time (reference 6.2): a #DB inside a #DB, an NMI inside
 * an NMI, a #MC inside a #MC. Naive: the second entry overwrites the first one's frame, and
 * nothing leads back to what that had interrupted. Careful: the IST's pointer lies lower while a
 * handler runs, an NMI is moved off it. FRED: a level that is in use goes on below.
 */
#include "hazard.h"
#include "kernel/apic.h"
#include "kernel/engine.h"
#include "kernel/event.h"

static volatile uint64_t watched[2];

static void write_inside(struct trap_frame *frame)
{
	(void)frame;
	watched[1] = 1;
}

static void debug_in_debug(void)
{
	step(1, "a #DB inside a #DB");
	break_on_write(0, &watched[0]);
	break_on_write(1, &watched[1]);
	debug_hook = write_inside;
	watched[0] = 1;
	break_off(0);
	break_off(1);
}

/* A first NMI unblocks NMIs by a breakpoint's return, as in workload=nmi; none was waiting. */
static void nmi_inside(struct trap_frame *frame)
{
	(void)frame;
	asm volatile("int3");
	apic_send_nmi();
}

static void nmi_in_nmi(void)
{
	uint64_t before = this_cpu()->nmis;

	step(2, "an NMI inside an NMI");
	nmi_hook = nmi_inside;
	apic_send_nmi();
	wait_nmis(before + 2);
}

static void nothing(struct trap_frame *frame)
{
	(void)frame;
}

static void machine_check_inside(struct trap_frame *frame)
{
	(void)frame;
	machine_check_hook = nothing;
	inject(VECTOR_MC);
}

static void machine_check_in_machine_check(void)
{
	step(3, "a #MC inside a #MC (injected)");
	machine_check_hook = machine_check_inside;
	if (!inject(VECTOR_MC)) {
		machine_check_hook = NULL;
		hazard_skip("#MC: only softcpu can inject one");
	}
}

static void one_machine_check(void)
{
	machine_check_hook = nothing;
	if (!inject(VECTOR_MC))
		machine_check_hook = NULL;
}

static bool rewind(void)
{
	debug_in_debug();
	nmi_in_nmi();
	machine_check_in_machine_check();
	hazard_price("#DB", step_once);
	hazard_price("NMI", price_nmi);
	if (engine() == FT_ENGINE_SOFTCPU)
		hazard_price("#MC, with the hypercall that injects it", one_machine_check);
	return true;
}

const struct workload rewind_hazard = {"rewind", "#DB, NMI or #MC inside another of its kind",
				       rewind, false};
