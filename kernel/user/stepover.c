/* SPDX-License-Identifier: MIT */
/* One single step over each way to make a system call. */
#include "user.h"

/* The step: `call` with TF set, and two NOPs; the #DB's handler clears TF. */
#define STEP_OVER(call)                                                   \
	asm volatile("lea 1f(%%rip), %%rdi\n\t"                           \
		     "mov %[tell], %%eax\n\t"                             \
		     "syscall\n\t"                                        \
		     "mov %[getpid], %%eax\n\t"                           \
		     "sub $128, %%rsp\n\t" /* the red zone */             \
		     "pushfq\n\t"                                         \
		     "orl $0x100, (%%rsp)\n\t"                            \
		     "popfq\n\t" call "\n"                                \
		     "1:\tnop\n\t"                                        \
		     "nop\n\t"                                            \
		     "add $128, %%rsp"                                    \
		     :                                                    \
		     : [tell] "i"(SYS_WORKLOAD), [getpid] "i"(SYS_GETPID) \
		     : "rax", "rcx", "rdx", "rdi", "rsi", "r11", "memory", "cc")

void program_stepover(void)
{
	mark(1, "a single step over SYSCALL");
	STEP_OVER("syscall");
	mark(2, "a single step over INT 0x80");
	STEP_OVER("int $0x80");
}
