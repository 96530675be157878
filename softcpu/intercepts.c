// SPDX-License-Identifier: MIT
/* What the guest stops for, by the delivery that is in force. */
#include "walk.h"

/* Under IDT delivery the guest runs by itself, except that LKGS and WRMSRNS (#UD) are executed
 * here and that softcpu records whether NMIs are blocked. Under FRED every event exits. */
void set_intercepts(struct cpu *cpu)
{
	struct vmcb *v = cpu->vmcb;

	v->exceptions =
		cpu->fred ? ~(1u << NMI) : 1u << UD | (cpu->cr4_faults_first ? 1u << GP : 0);
	v->instructions = INTERCEPT_NMI | INTERCEPT_CPUID | INTERCEPT_INVLPGA | INTERCEPT_MSR |
			  INTERCEPT_SHUTDOWN;
	if (cpu->fred)
		v->instructions |= INTERCEPT_INTR | INTERCEPT_INTN;
	if (cpu->erets_sti && !cpu->native)
		v->instructions |= INTERCEPT_VINTR;
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

	/* LMA is the machine's; SYSCALL with SCE clear is #UD, which exits */
	v->efer = (v->efer & EFER_LMA) | (cpu->efer & ~EFER_LMA) | EFER_SVME;
	if (cpu->fred)
		v->efer &= ~EFER_SCE;
	set_pte_checks(cpu);
}
