/* SPDX-License-Identifier: MIT */
/* Events from ring 3 for the price list: time stamps right before and right after. */
#include "kernel/workloads/price.h"
#include "user.h"

#define ROUNDS 8
#define PAGE   4096

static struct price_stamps stamps;

/*
 * A fault resumes at label 1 (SYS_CATCH); SYS_PRICE with 0 arms the handler's stamps. EAX
 * holds a system call's number when the event comes.
 */
#define MEASURE(which, event)                                                             \
	do {                                                                              \
		stamps.kind = (which);                                                    \
		asm volatile("lea 1f(%%rip), %%rdi\n\t"                                   \
			     "mov %2, %%eax\n\t"                                          \
			     "syscall\n\t"                                                \
			     "xor %%edi, %%edi\n\t"                                       \
			     "mov %3, %%eax\n\t"                                          \
			     "syscall\n\t" STAMP "mov %%rax, %0\n\t"                      \
			     "mov %4, %%eax\n\t" event "\n"                               \
			     "1: " STAMP                                                  \
			     : "=&r"(stamps.before), "=&a"(stamps.after)                  \
			     : "i"(SYS_CATCH), "i"(SYS_PRICE), "i"(SYS_GETPID), "r"(page) \
			     : "rcx", "rdx", "rdi", "rsi", "r11", "memory", "cc");        \
		syscall2(SYS_PRICE, (uint64_t)&stamps, 0);                                \
	} while (0)

void program_cost(void)
{
	uint64_t page = (uint64_t)syscall2(SYS_MAP, (uint64_t)ROUNDS * PAGE, 0);

	for (int i = 0; i < ROUNDS; i++, page += PAGE) {
		MEASURE(PRICE_SYSCALL, "syscall");
		MEASURE(PRICE_INT80, "int $0x80");
		MEASURE(PRICE_USER_UD, "ud2");
		MEASURE(PRICE_USER_PF, "movl $1, (%5)");
		MEASURE(PRICE_USER_INT3, "int3");
	}
}
