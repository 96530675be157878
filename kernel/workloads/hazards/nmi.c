/* SPDX-License-Identifier: MIT */
/*
 * IRET unblocks NMIs, whatever it returns from (reference 6.4): inside an NMI's handler a #PF,
 * or an INT3, while a second NMI waits. Naive: the second starts at the top of IST 2, onto the
 * first one's frame. Careful: it is noted and run later. FRED: it waits.
 */
#include "hazard.h"
#include "../../apic.h"
#include "../../event.h"
#include "../../percpu.h"

#define INSIDE 8 /* a lazy page whose #PF touches no other */

/* Inside the first NMI. The second must wait, and may not come with the return from the #PF. */
static void with_page_fault(struct trap_frame *frame)
{
	(void)frame;
	apic_send_nmi();
	*lazy_page(INSIDE) = 1;
}

static void with_int3(struct trap_frame *frame)
{
	(void)frame;
	apic_send_nmi();
	asm volatile("int3");
}

/* Naive: the first handler never comes to its end, so one of the two is all that is counted. */
static void send(void (*inside)(struct trap_frame *frame))
{
	uint64_t before = this_cpu()->nmis;

	nmi_hook = inside;
	apic_send_nmi();
	wait_nmis(before + 2);
}

static void int3_inside(struct trap_frame *frame)
{
	(void)frame;
	asm volatile("int3");
}

static void once(void)
{
	nmi_hook = int3_inside;
	price_nmi();
}

static bool nmi(void)
{
	step(1, "a #PF inside an NMI, while a second NMI waits");
	send(with_page_fault);
	step(2, "an INT3 inside an NMI, while a second NMI waits");
	send(with_int3);
	hazard_price("NMI with an INT3 in it", once);
	return true;
}

const struct workload nmi_hazard = {"nmi", "a #PF or INT3 inside an NMI unblocks NMIs", nmi, false};
