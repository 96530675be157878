// SPDX-License-Identifier: MIT
/*
 * What an exit costs outside the two RDTSCs of svm_run, where softcpu cannot measure it. A guest
 * of eleven instructions (guest.S) reads the clock on both sides of an exit. Where the clock
 * counts instructions (QEMU -icount) the result is exact, and so is the cost of one instruction;
 * elsewhere half of the smallest cost seen is taken, so that the guest's clock never runs
 * backwards.
 */
#include "image.h"

#define ROUNDS 64

static void run_until_exit(struct cpu *cpu, unsigned length)
{
	own_guest_run(cpu);
	cpu->vmcb->rip += length;
}

void calibrate(struct cpu *cpu)
{
	struct vmcb *v = cpu->vmcb;
	uint32_t least = ~0u, most = 0, base_least = ~0u, base_most = 0;

	static struct own_guest saved;

	own_guest_begin(cpu, &saved, cr4_guest);
	cpu->reg[RAX] = v->cr4 | CR4_FRED;
	own_guest_run(cpu);
	cpu->cr4_faults_first = v->exit_code == EXIT_EXCEPTION + GP;
	own_guest_end(cpu, &saved);

	own_guest_begin(cpu, &saved, calibration_guest);
	cpu->hidden_cost = 0;
	/* it starts with MOV from CR4, where QEMU 10 asks the wrong intercept bit */
	run_until_exit(cpu, 3);
	cpu->cr0_read_traps_all = v->exit_code != EXIT_CR_READ + 4;
	if (!cpu->cr0_read_traps_all)
		run_until_exit(cpu, 3);
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t base, cost;

		run_until_exit(cpu, 3); /* R8: clock, R9: clock right after; now between */
		base = (uint32_t)cpu->reg[R8 + 1] - (uint32_t)cpu->reg[R8];
		run_until_exit(cpu, 0); /* R10: clock after the exit */
		if (v->exit_code != EXIT_VMMCALL)
			surprise(cpu, "calibration stopped", v->exit_code);
		cost = (uint32_t)cpu->reg[R8 + 2] - (uint32_t)cpu->reg[R8 + 1] - base;
		v->rip = (uint64_t)cpu->reg[R8 + 3];
		least = cost < least ? cost : least;
		most = cost > most ? cost : most;
		base_least = base < base_least ? base : base_least;
		base_most = base > base_most ? base : base_most;
	}
	if (least == most && base_least == base_most && !(base_least & 1)) {
		cpu->hidden_cost = least;
		cpu->tick = base_least / 2; /* MOV and RDTSC */
	} else {
		cpu->hidden_cost = (int32_t)least > 0 ? least / 2 : 0;
	}
	own_guest_end(cpu, &saved);
}
