/* SPDX-License-Identifier: MIT */
/*
 * Two hypervisors took the machine's NMIs and raised them again for the kernel below with INT 2.
 * IDT: it runs the NMI handler, with NMIs not blocked, and nobody can tell. FRED: type 4,
 * vector 2, which is no NMI and is refused; sending oneself an NMI works everywhere.
 */
#include "hazard.h"
#include "kernel/apic.h"
#include "kernel/event.h"
#include "kernel/fixup.h"
#include "kernel/percpu.h"

/* Where FRED delivers it as INT n of ring 0, the kernel refuses it and goes on behind it. */
static void raise_again(void)
{
	asm volatile("int $2\n"
		     "1:\n" FIXUP(1b, 1b)
		     :
		     :
		     : "memory", "cc");
}

static void send_another(struct trap_frame *frame)
{
	(void)frame;
	apic_send_nmi();
}

static bool reraise(void)
{
	uint64_t before;

	step(1, "an NMI raised again by INT 2");
	raise_again();
	step(2, "and a true one while its handler runs");
	nmi_hook = send_another;
	raise_again();
	nmi_hook = NULL;
	step(3, "raised again by the APIC instead");
	before = this_cpu()->nmis;
	apic_send_nmi();
	wait_nmis(before + 1);
	return true;
}

const struct workload reraise_hazard = {"reraise", "an NMI raised again with INT 2", reraise,
					false};
