/* SPDX-License-Identifier: MIT */
/*
 * IRET unblocks NMIs, whatever it returns from (reference 6.4): inside an NMI's handler a #PF,
 * or an INT3, while a second NMI waits. Naive: the second starts at the top of IST 2, onto the
 * first one's frame. Careful: it is noted and run later. FRED: it waits.
 */
#include "hazard.h"
#include "kernel/apic.h"
#include "kernel/delivery.h"
#include "kernel/event.h"
#include "kernel/percpu.h"
#include "kernel/trace/trace.h"

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

/* The NMI's last instruction is stopped; meanwhile another comes, let in by the breakpoint. */
static void nmi_at_return(struct trap_frame *frame)
{
	(void)frame;
	break_off(0);
	apic_send_nmi();
	asm volatile("int3");
}

static void stop_at_return(struct trap_frame *frame)
{
	(void)frame;
	debug_hook = nmi_at_return;
	break_at(0, delivery->nmi_return);
}

/* While the NMI's first instructions save what the CPU pushed, another is sent. */
static void nmi_at_entry(struct trap_frame *frame)
{
	(void)frame;
	break_off(0);
	apic_send_nmi();
}

/*
 * Where either delivery's entry code writes `where` of an NMI's struct trap_frame. Under naive
 * the frame would be gone before anything has seen it: nothing to contain that with.
 */
static void stop_at_entry(void)
{
	uint64_t top = event_stack_top(this_cpu()->id, FT_STACK_EVENT2);
	struct trap_frame *frame = (struct trap_frame *)top - 1;

	step(4, "a #DB in the first instructions of an NMI, while a second NMI waits");
	if (delivery->run_flags & FT_RUN_NAIVE) {
		hazard_skip("entry: naive has lost the frame before it can be told");
		return;
	}
	debug_hook = nmi_at_entry;
	break_on_write(0, &frame->where);
	send(NULL);
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
	step(3, "a #DB in the last instruction of an NMI, with an NMI inside it");
	send(stop_at_return);
	stop_at_entry();
	hazard_price("NMI with an INT3 in it", once);
	return true;
}

const struct workload nmi_hazard = {"nmi", "a #PF or INT3 inside an NMI unblocks NMIs", nmi, false};
