// SPDX-License-Identifier: MIT
/*
 * A few instructions of softcpu's, run as a guest in softcpu's own address space: to
 * see the machine as a guest sees it, or to change what only a guest can change.
 */
#include "image.h"

static void become_own_guest(struct vmcb *v)
{
	v->cs = (struct vmcb_segment){SELECTOR_CODE, 0xa9b, ~0u, 0};
	v->ss = v->ds = v->es = (struct vmcb_segment){SELECTOR_DATA, 0xc93, ~0u, 0};
	v->gdtr = (struct vmcb_segment){.limit = sizeof(gdt) - 1, .base = (uint64_t)gdt};
	v->idtr = (struct vmcb_segment){0};
	v->cr0 = read_cr0();
	v->cr3 = read_cr3();
	v->cr4 = read_cr4();
	v->efer = rdmsr(MSR_EFER);
	v->dr_read = v->dr_write = 0;
	v->exceptions = ~(1u << NMI);
	v->instructions |= INTERCEPT_NMI; /* there is no IDT for native.c's */
	/* no interrupts; own_guest_run() takes NMIs; a breakpoint of the real guest's waits */
	v->rflags = FLAG_FIXED | FLAG_RF;
	v->cpl = 0;
}

void own_guest_begin(struct cpu *cpu, struct own_guest *saved, const uint8_t *code)
{
	struct vmcb *v = cpu->vmcb;

	saved->vmcb = *v;
	__builtin_memcpy(saved->reg, cpu->reg, sizeof(cpu->reg));
	saved->shadow = cpu->shadow;
	cpu->shadow = 0;
	become_own_guest(v);
	v->rip = (uint64_t)code;
}

void own_guest_end(struct cpu *cpu, const struct own_guest *saved)
{
	uint64_t tsc_offset = cpu->vmcb->tsc_offset;

	*cpu->vmcb = saved->vmcb;
	cpu->vmcb->tsc_offset = tsc_offset;
	__builtin_memcpy(cpu->reg, saved->reg, sizeof(cpu->reg));
	cpu->shadow = saved->shadow;
}

/* until it exits; NMIs are collected on the way, for the real guest */
void own_guest_run(struct cpu *cpu)
{
	struct vmcb *v = cpu->vmcb;

	do {
		v->rax = cpu->reg[RAX];
		svm_run(cpu);
		cpu->reg[RAX] = v->rax;
		if (v->exit_code == EXIT_NMI)
			exit_nmi(cpu);
	} while (v->exit_code == EXIT_NMI);
}

/*
 * `code` is one instruction, with the real guest's registers, and a VMMCALL. The clock does not
 * see it: the guest's own instruction is counted when it retires. -> was it carried out? *dr7: as
 * it left DR7
 */
bool own_guest_once(struct cpu *cpu, const uint8_t *code, uint64_t *dr7)
{
	static struct own_guest saved;
	uint64_t exit_code;

	own_guest_begin(cpu, &saved, code);
	own_guest_run(cpu);
	exit_code = cpu->vmcb->exit_code;
	*dr7 = cpu->vmcb->dr7;
	own_guest_end(cpu, &saved);
	cpu->vmcb->tsc_offset -= cpu->tick;
	/* #DB: a breakpoint of the real guest's, right behind the instruction */
	return exit_code == EXIT_VMMCALL || exit_code == EXIT_EXCEPTION + DB;
}
