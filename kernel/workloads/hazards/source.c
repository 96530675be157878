/* SPDX-License-Identifier: MIT */
/*
 * An NMI does not say what sent it, and those that are sent while one waits become one with it
 * (reference 6.7). Naive: the first sender that says "it was me" is served, and no other. Careful:
 * all are asked, each time. FRED with NMI-source reporting: the frame names them all.
 */
#include "hazard.h"
#include "kernel/apic.h"
#include "kernel/delivery.h"
#include "kernel/event.h"
#include "kernel/nmi_source.h"
#include "kernel/percpu.h"

/* While this NMI is handled others are held back, and from three sendings one NMI comes of it. */
static void send_three(struct trap_frame *frame)
{
	(void)frame;
	nmi_raise(NMI_PROFILER);
	nmi_raise(NMI_BACKTRACE);
	nmi_raise(NMI_DEBUGGER);
}

static void once(void)
{
	uint64_t before = this_cpu()->nmis;

	nmi_raise(NMI_DEBUGGER);
	wait_nmis(before + 1);
}

static bool source(void)
{
	uint64_t before = this_cpu()->nmis;

	if (delivery == &fred_delivery && !apic_reports_nmi_sources())
		hazard_absent("this CPU reports no NMI sources (CPUID.(7,1):EAX[20])");
	step(1, "three senders while an NMI is handled: one NMI for all");
	nmi_hook = send_three;
	nmi_raise(NMI_WATCHDOG);
	wait_nmis(before + 2);
	nmi_forget();
	hazard_price("NMI of one of four senders", once);
	return true;
}

const struct workload source_hazard = {"source", "several senders of NMIs, and one NMI", source,
				       false};
