// SPDX-License-Identifier: MIT
/* The loop: enter the guest, handle why it stopped. */
#include "cpu.h"
#include "softcpu.h"

/* IDT delivery was interrupted by the exit: do it again (APM vol. 2, 15.7.2) */
static void finish_injection(struct cpu *cpu)
{
	struct vmcb *v = cpu->vmcb;

	if (!(v->exit_int_info & EVENT_INJ_VALID) || v->event_inj & EVENT_INJ_VALID)
		return;
	v->event_inj = v->exit_int_info;
	v->event_inj_error = v->exit_int_error;
}

void run(struct cpu *cpu)
{
	struct vmcb *v = cpu->vmcb;

	for (;;) {
		if (cpu->owes_debug) {
			uint64_t conditions = cpu->owes_debug;

			cpu->owes_debug = 0;
			raise_exception(cpu, DB, 0, conditions);
		}
		if (!native_in_stub(cpu))
			nmi_deliver(cpu);
		publish_status(cpu);
		cpu->shadow = v->int_state & 1 && v->rflags & FLAG_IF;
		v->rax = cpu->reg[RAX];
		v->rsp = cpu->reg[RSP];
		if (v->cs.attributes & SEG_L) /* TCG loads a CS with both, and VMRUN refuses it */
			v->cs.attributes &= ~SEG_D;
		svm_run(cpu);
		cpu->reg[RAX] = v->rax;
		cpu->reg[RSP] = v->rsp;
		v->tlb_control = 0;
		cpu->count[SOFTCPU_COUNT_EXITS]++;
		handle_exit(cpu);
		finish_injection(cpu);
	}
}
