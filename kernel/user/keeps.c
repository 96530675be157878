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

/* Does the same work with other numbers, and gives the CPU up in the middle. */
static void spoils_registers(uint64_t argument) __attribute__((noreturn));
static void spoils_registers(uint64_t argument)
{
	asm volatile("fninit; fldpi; fldpi; movq %0, %%xmm0; movq %0, %%xmm15" : : "r"(argument));
	syscall2(SYS_YIELD, 0, 0);
	exit_task(0);
}

/* Two x87 registers (which are the MMX registers) and two of SSE. */
static void step_registers(void)
{
	static const uint64_t number[4] = {0x3ff8000000000000, 0x4004000000000000, 3, 4};
	uint64_t found[4] = {0}, id;

	mark(KEEPS_REGISTERS, "x87 and SSE registers, while another task uses them");
	id = (uint64_t)syscall2(SYS_SPAWN, (uint64_t)spoils_registers, ~0ull);
	asm volatile("fninit; fldl %0; fldl %1; movq %2, %%xmm0; movq %3, %%xmm15"
		     :
		     : "m"(number[0]), "m"(number[1]), "m"(number[2]), "m"(number[3]));
	syscall2(SYS_YIELD, 0, 0);
	asm volatile("fstpl %0; fstpl %1; movq %%xmm0, %2; movq %%xmm15, %3"
		     : "=m"(found[1]), "=m"(found[0]), "=m"(found[2]), "=m"(found[3]));
	syscall2(SYS_WAIT, id, 0);
	result(KEEPS_REGISTERS, found[0] == number[0] && found[1] == number[1] &&
					found[2] == number[2] && found[3] == number[3]);
}

static volatile uint64_t left_behind;

static void looks_at_registers(uint64_t argument) __attribute__((noreturn));
static void looks_at_registers(uint64_t argument)
{
	uint64_t xmm;
	uint16_t control, status;

	(void)argument;
	asm volatile("movq %%xmm0, %0; fnstcw %1; fnstsw %2"
		     : "=r"(xmm), "=m"(control), "=m"(status));
	left_behind = xmm | (control ^ 0x37f) | status;
	exit_task(0);
}

/* As the CPU has them after FNINIT, with no exception unmasked. */
static void step_new_registers(void)
{
	left_behind = 1;
	mark(KEEPS_NEW_REGISTERS, "x87 and SSE registers of a new task");
	asm volatile("fninit; fldpi; movq %0, %%xmm0" : : "r"(~0ull));
	syscall2(SYS_WAIT, (uint64_t)syscall2(SYS_SPAWN, (uint64_t)looks_at_registers, 0), 0);
	asm volatile("fninit");
	result(KEEPS_NEW_REGISTERS, !left_behind);
}

static void idles(uint64_t argument) __attribute__((noreturn));
static void idles(uint64_t argument)
{
	(void)argument;
	syscall2(SYS_YIELD, 0, 0);
	exit_task(0);
}

/* A selector whose descriptor has a base; then a base of its own with that selector. */
static void step_gs(void)
{
	static const uint64_t own = 5;
	volatile uint64_t *heap = (volatile uint64_t *)syscall2(SYS_MAP, sizeof(uint64_t), 0);
	uint64_t id = (uint64_t)syscall2(SYS_SPAWN, (uint64_t)idles, 0), selector, at[2];

	mark(KEEPS_GS, "GS as a program loaded it, while another task runs");
	*heap = 4; /* the first: at USER_HEAP, the descriptor's base */
	asm volatile("mov %w0, %%gs" : : "r"(SEL_USER_GS));
	syscall2(SYS_YIELD, 0, 0);
	asm volatile("mov %%gs:0, %0" : "=r"(at[0]));
	syscall2(SYS_GSBASE, (uint64_t)&own, 0);
	syscall2(SYS_YIELD, 0, 0);
	asm volatile("mov %%gs, %0; mov %%gs:0, %1" : "=r"(selector), "=r"(at[1]));
	syscall2(SYS_WAIT, id, 0);
	result(KEEPS_GS, selector == SEL_USER_GS && at[0] == *heap && at[1] == own);
}

/* The vector that an instruction ends in, and where: 0 at it, its length behind it. */
struct ending {
	uint64_t vector, behind;
};

#define WORD(text)   #text
#define NUMBER(name) WORD(name)

/* `code` has the instruction at label 2, and resumes at label 1 */
#define ENDING(to, code)                                                          \
	do {                                                                      \
		struct user_context at_ = {0};                                    \
		uint64_t begin_;                                                  \
		asm volatile("lea 1f(%%rip), %%rdi\n\t"                           \
			     "mov %2, %%eax\n\t"                                  \
			     "syscall\n\t"                                        \
			     "lea 2f(%%rip), %%rsi\n\t" code                      \
			     : "=&a"((to).vector), "=&S"(begin_)                  \
			     : "i"(SYS_CATCH)                                     \
			     : "rcx", "rdx", "rdi", "r8", "r11", "memory", "cc"); \
		syscall2(SYS_CAUGHT, (uint64_t)&at_, 0);                          \
		(to).behind = at_.rip - begin_;                                   \
	} while (0)

/* Only INT3, INTO and the system call are ring 3's to call: all others are #GP there. */
static void step_int_n(void)
{
	struct ending fault, call;

	mark(KEEPS_INT_N, "INT n that is not ring 3's to execute");
	ENDING(fault, "2:\tint $14\n1:");
	ENDING(call, "2:\tint $0x81\n1:");
	result(KEEPS_INT_N, fault.vector == VECTOR_GP && !fault.behind &&
				    call.vector == VECTOR_GP && !call.behind);
}

static void step_sysenter(void)
{
	struct ending e;

	mark(KEEPS_SYSENTER, "SYSENTER, which no system call uses");
	ENDING(e, "2:\tsysenter\n1:");
	/* Without FRED, a CPU of AMD's has no SYSENTER in long mode: #UD */
	result(KEEPS_SYSENTER, (e.vector == VECTOR_GP || e.vector == VECTOR_UD) && !e.behind);
}

/* #DB behind it. QEMU before 8 does not know it without FRED: #UD at it */
static void step_int1(void)
{
	struct ending e;

	mark(KEEPS_INT1, "INT1");
	ENDING(e, "2:\t.byte 0xf1\n1:");
	result(KEEPS_INT1,
	       (e.vector == VECTOR_DB && e.behind == 1) || (e.vector == VECTOR_UD && !e.behind));
}

/*
 * To 32-bit code by a far return, and there SYSCALL. What it ends in resumes behind it, still as
 * 32-bit code, which jumps back.
 */
static void step_syscall32(void)
{
	struct ending e;

	mark(KEEPS_SYSCALL32, "SYSCALL from 32-bit code");
	ENDING(e, "mov %%rsp, %%r8\n\t" /* 32-bit code loses the upper half */
		  "sub $128, %%rsp\n\t" /* the red zone */
		  "push $" NUMBER(SEL_USER_CODE32) "\n\t"
						   "push %%rsi\n\t"
						   "lretq\n"
						   ".code32\n"
						   "2:\tsyscall\n\t"
						   "ud2\n"
						   "1:\tljmp $" NUMBER(
							   SEL_USER_CODE) ", $3f\n"
									  ".code64\n"
									  "3:\tmov %%r8, %%rsp");
	result(KEEPS_SYSCALL32, e.vector == VECTOR_UD && !e.behind);
}

void program_keeps(void)
{
	step_wait();
	step_sleep();
	step_x87_error();
	step_registers();
	step_new_registers();
	step_gs();
	step_sysenter();
	step_int1();
	step_syscall32();
	step_int_n(); /* the last: naive, whose gates are open, dies of it */
}
