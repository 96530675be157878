/* SPDX-License-Identifier: MIT */
/* Vectors from ring 3: INT 2, and what an interrupt with the vector of system calls does to RAX. */
#include "kernel/frame.h"
#include "user.h"

#define ROUNDS 8

/* The interrupt comes at the first instruction behind this, with a system call's number in RAX. */
static uint64_t rax_after_interrupt(void)
{
	return (uint64_t)syscall2(SYS_WORKLOAD, VECTOR_SYSCALL, SYS_GETPID);
}

static void measure_soft_syscall(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t before = time_stamp();

		soft_syscall(SYS_GETPID);
		syscall2(SYS_WORKLOAD, time_stamp() - before, 0);
	}
}

void program_vectors(uint64_t measure)
{
	if (measure) {
		measure_soft_syscall();
		return;
	}
	mark(2, "INT 2 in ring 3: is it an NMI?");
	CAUGHT("int $2");
	mark(3, "an interrupt with vector 0x80, RAX = 2: is it a system call?");
	result(3, rax_after_interrupt());
}
