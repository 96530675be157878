/* SPDX-License-Identifier: MIT */
/* Two tasks in turn: on whose kernel stack does an event from ring 3 begin? */
#include "user.h"

#define ROUNDS 4

static void other(uint64_t argument) __attribute__((noreturn));
static void other(uint64_t argument)
{
	(void)argument;
	for (int i = 0; i < ROUNDS; i++)
		syscall2(SYS_YIELD, 0, 0);
	exit_task(0);
}

/* `waiting`: a task that has not begun. */
void program_rsp0(uint64_t waiting)
{
	uint64_t id = (uint64_t)syscall2(SYS_SPAWN, (uint64_t)other, 0);

	for (int i = 0; i < ROUNDS; i++) {
		syscall2(SYS_YIELD, 0, 0);
		syscall2(SYS_WORKLOAD, i ? 0 : waiting, 0);
		soft_syscall(SYS_GETPID);
	}
	syscall2(SYS_WAIT, id, 0);
}

/* Until the workload says that it is enough. Nearly all of it is ring 3's. */
void program_spin(void)
{
	while (!syscall2(SYS_WORKLOAD, 0, 0))
		for (volatile int i = 0; i < 100000; i++)
			;
}
