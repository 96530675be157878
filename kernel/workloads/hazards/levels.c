/* SPDX-License-Identifier: MIT */
/*
 * One storm of NMIs and #DBs inside each other, for FRED's stack-level policies: levels=linux
 * (#DB 1, NMI 2), levels=xen (both on level 0, level 1 poisoned), levels=flat (all on 0). Whatever
 * the policy says no frame is overwritten, since no level begins again while it is in use. Under
 * the IDT each has a stack of its own, and just that is the hole.
 */
#include "hazard.h"
#include "kernel/apic.h"
#include "kernel/event.h"

#define ROUNDS 4

static volatile uint64_t watched[2];

static void debug(unsigned n, void (*inside)(struct trap_frame *frame))
{
	debug_hook = inside;
	break_on_write(n, &watched[n]);
	watched[n] = 1;
	break_off(n);
}

static void innermost(struct trap_frame *frame)
{
	(void)frame;
	asm volatile("int3");
}

static void debug_inside(struct trap_frame *frame)
{
	(void)frame;
	debug(1, innermost);
}

/* In a #DB: an NMI with a #DB in it. */
static void nmi_inside(struct trap_frame *frame)
{
	uint64_t before = this_cpu()->nmis;

	(void)frame;
	nmi_hook = debug_inside;
	apic_send_nmi();
	wait_nmis(before + 1);
}

/* In an NMI: a second is sent, and a #DB comes while that waits. */
static void second_and_debug(struct trap_frame *frame)
{
	(void)frame;
	apic_send_nmi();
	debug(1, innermost);
}

static bool levels(void)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t before = this_cpu()->nmis;

		step(2 * i + 1, "a #DB in an NMI in a #DB");
		debug(0, nmi_inside);
		step(2 * i + 2, "a #DB in an NMI, while a second NMI waits");
		nmi_hook = second_and_debug;
		apic_send_nmi();
		wait_nmis(before + 3);
		break_off(0);
		break_off(1);
	}
	return true;
}

const struct workload levels_hazard = {
	"levels", "NMIs and #DBs inside each other, by levels=", levels, false};
