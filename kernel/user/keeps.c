/* SPDX-License-Identifier: MIT */
/* What a program may rely on: its registers, and the whole of a system call's argument. */
#include "kernel/frame.h"
#include "user.h"

#define LATE 4 /* ticks */

static volatile uint64_t woken;

static void ends_with_7(uint64_t argument) __attribute__((noreturn));
static void ends_with_7(uint64_t argument)
{
	(void)argument;
	exit_task(7);
}

/* The id of a task that has ended, and the same in its lower half. */
static void step_wait(void)
{
	uint64_t id = (uint64_t)syscall2(SYS_SPAWN, (uint64_t)ends_with_7, 0);

	mark(KEEPS_WAIT, "waiting for a task that there is, and for one that there is not");
	result(KEEPS_WAIT, (uint64_t)(syscall2(SYS_WAIT, id, 0) == 7 &&
				      syscall2(SYS_WAIT, 1ull << 32 | id, 0) == -1));
}

static void sleeps_for_ever(uint64_t argument) __attribute__((noreturn));
static void sleeps_for_ever(uint64_t argument)
{
	(void)argument;
	syscall2(SYS_SLEEP, ~0ull, 0);
	woken = 1;
	exit_task(0);
}

static void step_sleep(void)
{
	mark(KEEPS_SLEEP, "a task that sleeps as long as it can");
	syscall2(SYS_SPAWN, (uint64_t)sleeps_for_ever, 0);
	syscall2(SYS_SLEEP, LATE, 0);
	result(KEEPS_SLEEP, !woken);
}

/* 1 / 0 with that exception unmasked: told at the next x87 instruction. */
static void step_x87_error(void)
{
	static const uint16_t unmasked = 0x37b;
	uint64_t vector;

	mark(KEEPS_X87_ERROR, "an unmasked error of the x87");
	asm volatile("fninit; fldcw %0; fld1; fldz; fdivrp" : : "m"(unmasked));
	vector = CAUGHT("fwait");
	asm volatile("fninit");
	result(KEEPS_X87_ERROR, vector == VECTOR_MF);
}

void program_keeps(void)
{
	step_wait();
	step_sleep();
	step_x87_error();
}
