// SPDX-License-Identifier: MIT
/* The loop: enter the guest, handle why it stopped. And what it stops for, by mode. */
#include "guest_memory.h"
#include "softcpu.h"

/* Under IDT delivery the guest runs by itself, but for LKGS and WRMSRNS (#UD) and for
 * NMIs, whose blocking softcpu keeps book of. FRED takes every event. */
void set_intercepts(struct cpu *cpu)
{
	struct vmcb *v = cpu->vmcb;

	v->exceptions =
		cpu->fred ? ~(1u << NMI) : 1u << UD | (cpu->cr4_faults_first ? 1u << GP : 0);
	v->instructions = INTERCEPT_NMI | INTERCEPT_CPUID | INTERCEPT_INVLPGA | INTERCEPT_MSR |
			  INTERCEPT_SHUTDOWN;
	if (cpu->fred)
		v->instructions |= INTERCEPT_INTR | INTERCEPT_INTN;
	if (cpu->fred && cpu->native)
		v->instructions &= ~(INTERCEPT_INTR | INTERCEPT_NMI);
	if (cpu->fred || cpu->nmi_blocked)
		v->instructions |= INTERCEPT_IRET;
	v->svm_instructions = INTERCEPT2_SVM | (cpu->fred ? INTERCEPT2_ICEBP : 0);
	v->cr_read = 1 << 4 | (cpu->cr0_read_traps_all ? 1 : 0);
	v->cr_write = 1 << 4 | 1;
	/* DR6 is kept here; DR7 is watched for GD, which TCG does not know */
	v->dr_read = !cpu->fred ? 0 : cpu->dr7_gd ? 0xff : 1 << 6 | 1 << 4;
	v->dr_write = !cpu->fred ? 0 : cpu->dr7_gd ? 0xff : 0xf0;

	/* LMA is the machine's; SYSCALL with SCE clear is #UD, and so softcpu's */
	v->efer = (v->efer & EFER_LMA) | (cpu->efer & ~EFER_LMA) | EFER_SVME;
	if (cpu->fred)
		v->efer &= ~EFER_SCE;
	set_pte_checks(cpu);
}

/* CR4.FRED changes, at run time, in either direction. NMI state survives it. */
void set_fred(struct cpu *cpu, bool on)
{
	struct vmcb *v = cpu->vmcb;

	cpu->fred = on;
	if (on) {
		cpu->dr6 = v->dr6;
		v->dr6 = DR6_FIXED;
		cpu->dr7_gd = v->dr7 & DR7_GD;
		v->dr7 &= ~DR7_GD;
		cpu->sysenter_cs = rdmsr(MSR_SYSENTER_CS);
		wrmsr(MSR_SYSENTER_CS, 0);
		if (cpu->native)
			native_begin(cpu);
	} else {
		if (cpu->native)
			native_end(cpu);
		v->dr6 = cpu->dr6;
		v->dr7 |= cpu->dr7_gd ? DR7_GD : 0;
		wrmsr(MSR_SYSENTER_CS, cpu->sysenter_cs);
	}
	set_intercepts(cpu);
}

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
		if (cpu->owes_step) {
			cpu->owes_step = false;
			raise_exception(cpu, DB, 0, DR6_BS);
		}
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
