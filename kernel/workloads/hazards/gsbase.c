/* SPDX-License-Identifier: MIT */
/*
 * Between SYSCALL and SWAPGS ring 0 runs with ring 3's GS (reference 6.3), and a #DB, an NMI or a
 * #MC may come just there. Naive: the CS says ring 0, so GS is taken for the kernel's, and
 * per-CPU data is read from where ring 3 pleases. Careful: GS.base itself is looked at. FRED:
 * SYSCALL swaps GS as it enters.
 */
#include "hazard.h"
#include <stddef.h>
#include "kernel/apic.h"
#include "kernel/delivery.h"
#include "kernel/engine.h"
#include "kernel/event.h"
#include "kernel/options.h"
#include "kernel/trace/trace.h"
#include "kernel/workloads/programs.h"
#include "kernel/workloads/window.h"
#include "softcpu/softcpu.h"

_Static_assert(offsetof(struct window, next) == WINDOW_NEXT, "window.h");
_Static_assert(offsetof(struct window, order.memory) == WINDOW_MEMORY, "window.h");
_Static_assert(offsetof(struct window, order.msr) == WINDOW_MSR, "window.h");
_Static_assert(offsetof(struct window, order.low) == WINDOW_LOW, "window.h");
_Static_assert(offsetof(struct window, order.high) == WINDOW_HIGH, "window.h");
_Static_assert(offsetof(struct window, rax) == WINDOW_RAX, "window.h");
_Static_assert(offsetof(struct window, rbx) == WINDOW_RBX, "window.h");
_Static_assert(offsetof(struct window, rcx) == WINDOW_RCX, "window.h");
_Static_assert(offsetof(struct window, rdx) == WINDOW_RDX, "window.h");
_Static_assert(offsetof(struct window, seen) == WINDOW_SEEN, "window.h");
_Static_assert(sizeof(struct window) == WINDOW_SIZE, "window.h");
_Static_assert(SOFTCPU_INJECT == SOFTCPU_HC_INJECT, "window.h");
_Static_assert(VECTOR_MACHINE_CHECK == VECTOR_MC, "window.h");

static void seen(struct trap_frame *frame)
{
	(void)frame;
	window.seen = 1;
}

static void no_more(struct trap_frame *frame)
{
	(void)frame;
	break_off(0);
}

static void then_nmi(struct trap_frame *frame)
{
	break_off(0);
	nmi_hook = seen;
	frame_set_rip(frame, (uint64_t)window_nmi);
}

static void then_machine_check(struct trap_frame *frame)
{
	break_off(0);
	machine_check_hook = seen;
	trace_injected(VECTOR_MC);
	frame_set_rip(frame, (uint64_t)window_machine_check);
}

static const struct {
	const char *text;
	void (*at_entry)(struct trap_frame *frame);
} steps[] = {
	{"a #DB between SYSCALL and SWAPGS", no_more},
	{"an NMI between SYSCALL and SWAPGS", then_nmi},
	{"a #MC between SYSCALL and SWAPGS (injected)", then_machine_check},
};

/* Called by the ring-3 program: its next system call is stopped at the first instruction. */
static long arm(unsigned long number, unsigned long b)
{
	(void)b;
	if (number - 1 >= sizeof(steps) / sizeof(steps[0]))
		return -1;
	if (steps[number - 1].at_entry == then_machine_check && engine() != FT_ENGINE_SOFTCPU) {
		hazard_skip("#MC: only softcpu can inject one");
		return 0;
	}
	step((unsigned)number, steps[number - 1].text);
	window.next = delivery->syscall_entry;
	window.order = apic_nmi_order();
	window.seen = 0;
	debug_hook = steps[number - 1].at_entry;
	break_at(0, delivery->syscall_entry);
	return 0;
}

static bool gsbase(void)
{
	bool ok;

	workload_half = arm;
	apic_timer(0); /* under FRED an interrupt from ring 3 has the same entry */
	ok = run_user("gsbase", PROGRAM_GSBASE) == 0;
	apic_timer((unsigned)options.hz);
	hazard_price("#DB in ring 0", step_once);
	hazard_price("NMI in ring 0", price_nmi);
	return ok;
}

const struct workload gsbase_hazard = {"gsbase", "#DB, NMI or #MC in ring 0 with ring 3's GS",
				       gsbase, false};
