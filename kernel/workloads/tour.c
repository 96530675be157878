/* SPDX-License-Identifier: MIT */
/* The tour: every kind of event once or a few times, ring 3's first, then the kernel's own. */
#include "kernel/apic.h"
#include "kernel/cpu.h"
#include "kernel/event.h"
#include "kernel/task.h"
#include "kernel/user_memory.h"
#include "programs.h"
#include "provoke.h"
#include "results.h"
#include "workload.h"

static void step_int3(void)
{
	step(TOUR_INT3, "INT3 in the kernel");
	asm volatile("int3");
	result_set(TOUR_INT3, 1);
}

static void step_kernel_steps(void)
{
	struct task *self = this_cpu()->current;
	uint64_t before = self->steps;

	step(TOUR_KERNEL_STEPS, "single steps in the kernel: a stack of their own");
	/* TF is looked at before each instruction: the three NOPs, and PUSHF to POPF */
	asm volatile("pushfq\n\t"
		     "orq $0x100, (%%rsp)\n\t"
		     "popfq\n\t"
		     "nop\n\t"
		     "nop\n\t"
		     "nop\n\t"
		     "pushfq\n\t"
		     "andq $~0x100, (%%rsp)\n\t"
		     "popfq"
		     :
		     :
		     : "memory", "cc");
	result_set(TOUR_KERNEL_STEPS, self->steps - before);
}

static void step_nested_pf(void)
{
	step(TOUR_NESTED_PF, "a #PF inside a #PF: whose CR2 is it?");
	*lazy_page(0) = 1;
	*lazy_page(1) = 2;
	result_set(TOUR_NESTED_PF, *lazy_page(0) + *lazy_page(1) + *lazy_page(LAZY_PAGES / 2));
}

static bool step_nmi(void)
{
	uint64_t before = this_cpu()->nmis;

	step(TOUR_NMI, "an NMI, sent to itself");
	apic_send_nmi();
	if (!wait_nmis(before + 1))
		return false;
	result_set(TOUR_NMI, this_cpu()->nmis - before);
	return true;
}

/* Inside the NMI: a second one is sent and must wait; then a #PF, whose return may not let it in.
 */
static void nmi_with_page_fault(struct trap_frame *frame)
{
	(void)frame;
	apic_send_nmi();
	*lazy_page(2) = 3;
}

static bool step_nmi_pf(void)
{
	uint64_t before = this_cpu()->nmis;

	step(TOUR_NMI_PF, "a #PF inside an NMI, while a second NMI waits");
	nmi_hook = nmi_with_page_fault;
	apic_send_nmi();
	if (!wait_nmis(before + 2))
		return false;
	result_set(TOUR_NMI_PF, this_cpu()->nmis - before + *lazy_page(2));
	return true;
}

static bool tour(void)
{
	if (run_user("tour", PROGRAM_TOUR) != 0)
		return false;
	step(TOUR_KILLED, "a fault that ends a task, and nothing else");
	result_set(TOUR_KILLED, run_user("null", PROGRAM_NULL));
	step_int3();
	step_kernel_steps();
	step_nested_pf();
	return step_nmi() && step_nmi_pf();
}

const struct workload tour_workload = {"tour", "every kind of event, once around", tour, false};
