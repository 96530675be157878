/* SPDX-License-Identifier: MIT */
/*
 * kernel/user/, the programs of ring 3, started by number (kernel/workloads/programs.h). A program
 * has system calls and nothing else: of kernel/ it shares numbers and layouts, never code.
 */
#ifndef USER_H
#define USER_H

#include <stdint.h>
#include "kernel/syscall.h"
#include "kernel/workloads/programs.h"

static inline int64_t syscall3(uint64_t number, uint64_t a, uint64_t b, uint64_t c)
{
	int64_t result;

	/* IDT's SYSCALL destroys RCX and R11; FRED's leaves them alone */
	asm volatile("syscall"
		     : "=a"(result)
		     : "a"(number), "D"(a), "S"(b), "d"(c)
		     : "rcx", "r11", "memory");
	return result;
}

static inline int64_t syscall2(uint64_t number, uint64_t a, uint64_t b)
{
	return syscall3(number, a, b, 0);
}

/* The same by INT 0x80. */
static inline int64_t soft_syscall(uint64_t number)
{
	int64_t result;

	asm volatile("int $0x80" : "=a"(result) : "a"(number) : "memory");
	return result;
}

static inline uint64_t time_stamp(void)
{
	uint32_t low, high;

	asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return low | (uint64_t)high << 32;
}

static inline void mark(uint64_t step, const char *text)
{
	syscall2(SYS_MARK, step, (uint64_t)text);
}

static inline void result(uint64_t step, uint64_t value)
{
	syscall2(SYS_RESULT, step, value);
}

static inline void exit_task(uint64_t code) __attribute__((noreturn));
static inline void exit_task(uint64_t code)
{
	syscall2(SYS_EXIT, code, 0);
	for (;;)
		asm volatile("ud2");
}

/* Run one instruction that faults; the kernel resumes behind it. Gives the vector. */
#define CAUGHT(instruction)                                                        \
	({                                                                         \
		uint64_t vector_;                                                  \
		asm volatile("lea 1f(%%rip), %%rdi\n\t"                            \
			     "mov %1, %%eax\n\t"                                   \
			     "syscall\n\t"                                         \
			     "xor %%edx, %%edx\n\t"                                \
			     "xor %%ecx, %%ecx\n\t" instruction "\n"               \
			     "1:"                                                  \
			     : "=&a"(vector_)                                      \
			     : "i"(SYS_CATCH)                                      \
			     : "rcx", "rdx", "rdi", "rsi", "r11", "memory", "cc"); \
		vector_;                                                           \
	})

void program_tour(void);
void program_null(void);
void program_bulk(void);
void program_cost(void);
void program_gsbase(void);
void program_storm(uint64_t seed);
void program_espfix(uint64_t measure);
void program_vectors(uint64_t measure);
void program_sigstep(void);
void program_rsp0(uint64_t waiting);
void program_spin(void);
void program_stepover(void);
void program_keeps(void);

#endif
