/* SPDX-License-Identifier: MIT */
/* The ring-3 halves of hazards: what an attacker, or just a program, may do. */
#include "user.h"

#define GSBASE_STEPS 3

/* What ring 3's GS points to: where the kernel keeps a pointer to its per-CPU data, ours. */
static uint64_t false_cpu[64] __attribute__((aligned(64))) = {0x6c6961727461};

void program_gsbase(void)
{
	syscall2(SYS_GSBASE, (uint64_t)false_cpu, 0);
	for (uint64_t step = 1; step <= GSBASE_STEPS; step++) {
		syscall2(SYS_WORKLOAD, step, 0);
		syscall2(SYS_GETPID, 0, 0);
	}
}
