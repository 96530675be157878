/* SPDX-License-Identifier: MIT */
/* The ring-3 programs in user.elf, by the number that the kernel starts them with. */
#ifndef PROGRAMS_H
#define PROGRAMS_H

enum program {
	PROGRAM_TOUR = 1, /* the ring-3 steps of the tour */
	PROGRAM_NULL,	  /* reads address 0 and is ended for it */
	PROGRAM_BULK,	  /* PROGRAM_BULK + (count << 8): events without end */
	PROGRAM_COST,	  /* the price list's events from ring 3 */
	PROGRAM_STORM,	  /* PROGRAM_STORM + (seed << 8): ring 3's half of a round */
	PROGRAM_GSBASE,	  /* workload=gsbase: its own GS, and system calls */
	PROGRAM_ESPFIX,	  /* what is in the upper half of ESP; count 1: what it costs */
	PROGRAM_SIGSTEP,  /* single steps whose handler returns by SYS_RESTORE */
	PROGRAM_RSP0,	  /* + (task << 8): two tasks in turn, and events from ring 3 between */
	PROGRAM_SPIN,	  /* nothing, until SYS_WORKLOAD says enough: an NMI finds ring 3 */
	PROGRAM_KEEPS,	  /* workload=keeps */
	PROGRAM_STEPOVER, /* a single step over each sort of system call */
	PROGRAM_VECTORS	  /* INT 2, and an interrupt with the vector of system calls; count 1: the
			     cost */
};

#define PROGRAM_NUMBER(argument) ((argument)&0xff)
#define PROGRAM_COUNT(argument)	 ((argument) >> 8)

/* Steps of the tour, in order; ring 3's first. */
enum tour_step {
	TOUR_SYSCALLS = 1,
	TOUR_FAULTS,
	TOUR_DEMAND,
	TOUR_STEPS,
	TOUR_PREEMPTION,
	TOUR_KILLED,
	TOUR_INT3,
	TOUR_KERNEL_STEPS,
	TOUR_NESTED_PF,
	TOUR_NMI,
	TOUR_NMI_PF
};

/* Steps of workload=keeps, each 1 if it came out well */
enum keeps_step {
	KEEPS_WAIT = 1,
	KEEPS_SLEEP,
	KEEPS_X87_ERROR,
	KEEPS_REGISTERS,
	KEEPS_NEW_REGISTERS,
	KEEPS_GS,
	KEEPS_INT_N,
	KEEPS_SYSENTER,
	KEEPS_INT1,
	KEEPS_SYSCALL32
};

#endif
