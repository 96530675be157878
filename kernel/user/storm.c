/* SPDX-License-Identifier: MIT */
/* Ring 3's half of workload=storm: events by the dice, each counted. */
#include "kernel/workloads/storm.h"
#include "user.h"

#define ROUNDS 16
#define PAGE   4096
#define STEPS  6 /* of the sequence below: each instruction with TF set, and POPF itself */

static uint64_t dice, sent[STORM_KINDS];

static void steps(void)
{
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
	sent[STORM_DB] += STEPS;
}

static void act(volatile uint64_t *fresh_page)
{
	switch (storm_dice(&dice, 8)) {
	case 0: syscall2(SYS_WORKLOAD, STORM_ACT, 0); break;
	case 1:
		soft_syscall(SYS_GETPID);
		sent[STORM_INT80]++;
		break;
	case 2:
		CAUGHT("ud2");
		sent[STORM_UD]++;
		break;
	case 3:
		CAUGHT("int3");
		sent[STORM_INT3]++;
		break;
	case 4:
		CAUGHT("div %%ecx");
		sent[STORM_DE]++;
		break;
	case 5: *fresh_page = 1; break;
	case 6: steps(); break;
	case 7: syscall2(SYS_YIELD, 0, 0); break;
	}
}

void program_storm(uint64_t seed)
{
	uint64_t page = (uint64_t)syscall2(SYS_MAP, (uint64_t)ROUNDS * PAGE, 0);

	dice = storm_state(~seed);
	for (unsigned i = 0; i < ROUNDS; i++)
		act((volatile uint64_t *)(page + (uint64_t)i * PAGE));
	for (uint64_t kind = 1; kind < STORM_KINDS; kind++)
		syscall2(SYS_WORKLOAD, kind, sent[kind]);
}
