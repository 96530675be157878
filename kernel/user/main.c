/* SPDX-License-Identifier: MIT */
/* Chooses the program, and the two small ones. */
#include "user.h"

void user_main(uint64_t argument) __attribute__((noreturn));

static uint64_t count;

/* Ends at the first instruction that does anything. */
void program_null(void)
{
	asm volatile("movl $1, 8" : : : "memory");
}

/* Two system calls of each sort and a fault, over and over. */
void program_bulk(void)
{
	for (uint64_t i = 0; i < count; i++) {
		syscall2(SYS_GETPID, 0, 0);
		soft_syscall(SYS_GETPID);
		CAUGHT("ud2");
	}
}

void user_main(uint64_t argument)
{
	count = PROGRAM_COUNT(argument);
	switch (PROGRAM_NUMBER(argument)) {
	case PROGRAM_TOUR: program_tour(); break;
	case PROGRAM_NULL: program_null(); break;
	case PROGRAM_BULK: program_bulk(); break;
	case PROGRAM_COST: program_cost(); break;
	case PROGRAM_STORM: program_storm(count); break;
	case PROGRAM_GSBASE: program_gsbase(); break;
	case PROGRAM_ESPFIX: program_espfix(count); break;
	case PROGRAM_SIGSTEP: program_sigstep(); break;
	case PROGRAM_RSP0: program_rsp0(count); break;
	case PROGRAM_SPIN: program_spin(); break;
	case PROGRAM_STEPOVER: program_stepover(); break;
	case PROGRAM_KEEPS: program_keeps(); break;
	case PROGRAM_VECTORS: program_vectors(count); break;
	}
	exit_task(0);
}
