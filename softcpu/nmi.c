// SPDX-License-Identifier: MIT
/*
 * NMIs and interrupts, from the machine to the guest. The machine's NMIs are always
 * taken at once; whether the guest may see one is decided here, by the rules of the
 * delivery that is in force (fred-reference.md sections 4 and 6.4).
 */
#include "cpu.h"
#include "softcpu.h"

void machine_nmi(struct cpu *cpu)
{
	cpu->nmi_pending = true;
	cpu->nmi_sources |= machine_nmi_source(cpu);
	cpu->count[SOFTCPU_COUNT_NMIS]++;
}

void collect_nmi(struct cpu *cpu)
{
	if (nmi_latch && !cpu->nudged)
		machine_nmi(cpu);
	if (nmi_latch)
		cpu->nudged = false;
	nmi_latch = 0;
}

void exit_nmi(struct cpu *cpu)
{
	take_nmi();
	collect_nmi(cpu);
}

/* FRED only: IDT delivery takes its interrupts itself. */
void exit_interrupt(struct cpu *cpu)
{
	int vector = take_interrupt();

	collect_nmi(cpu);
	if (vector >= 0)
		deliver(cpu, &(struct event){.type = EVENT_INTERRUPT, .vector = vector});
}

/* Before every VMRUN: an NMI that waits comes as soon as nothing blocks it. */
void nmi_deliver(struct cpu *cpu)
{
	struct vmcb *v = cpu->vmcb;
	unsigned sources = cpu->silent ? 0 : cpu->nmi_sources;

	if (!cpu->nmi_pending || cpu->nmi_blocked)
		return;
	/* Through the IDT only one event at a time can be injected: come back right behind it,
	 * with an NMI of the machine's that means nothing else */
	if (v->event_inj & EVENT_INJ_VALID) {
		if (!cpu->nudged)
			machine_send_own_nmi();
		cpu->nudged = true;
		return;
	}
	cpu->nmi_pending = false;
	cpu->nmi_sources = 0;
	if (cpu->fred) {
		deliver(cpu, &(struct event){.type = EVENT_NMI, .vector = NMI, .data = sources});
	} else {
		v->event_inj = EVENT_INJ_VALID | EVENT_INJ_NMI | NMI;
		v->int_state = 0;
		cpu->nmi_blocked = true;
		set_intercepts(cpu); /* the next IRET ends the blocking */
	}
}

void nmi_unblock(struct cpu *cpu)
{
	cpu->nmi_blocked = false;
	set_intercepts(cpu);
}

void publish_status(struct cpu *cpu)
{
	if (cpu->status)
		*cpu->status = (cpu->nmi_blocked ? SOFTCPU_NMI_BLOCKED : 0) |
			       (cpu->nmi_pending ? SOFTCPU_NMI_PENDING : 0);
}
