/* SPDX-License-Identifier: MIT */
/*
 * System calls: number in RAX, two arguments in RDI and RSI, result in RAX (negative: an
 * error). By SYSCALL, or by INT 0x80. Shared with user tasks.
 */
#ifndef SYSCALL_H
#define SYSCALL_H

#include <stdint.h>

enum syscall_number {
	SYS_EXIT,   /* (code) */
	SYS_WRITE,  /* (text, length) to the console -> length */
	SYS_GETPID, /* -> task id */
	SYS_YIELD,
	SYS_TICKS,    /* -> timer ticks since boot */
	SYS_SLEEP,    /* (ticks) */
	SYS_MARK,     /* (step, text) the workload's next step begins */
	SYS_RESULT,   /* (step, value) what a step came out as */
	SYS_MAP,      /* (bytes) -> address of new memory, mapped when touched */
	SYS_SPAWN,    /* (function, argument) -> id of a new task in the same memory */
	SYS_WAIT,     /* (id) -> its exit code */
	SYS_GSBASE,   /* (base) of ring 3's GS */
	SYS_CATCH,    /* (rip) the next fault resumes there, vector in RAX; 0 = none */
	SYS_NMI,      /* sends this CPU an NMI -> NMIs handled so far */
	SYS_STEPS,    /* (limit) -> single steps so far; TF is cleared after limit more */
	SYS_NAME,     /* (buffer, size) the delivery's name -> its length */
	SYS_PRICE,    /* (0) arms the price list's stamps; (struct price_stamps *) notes them */
	SYS_WORKLOAD, /* (a, b) calls the running workload's kernel half -> what it returns */
	SYS_CAUGHT,   /* (struct user_context *) where the last caught fault or step was */
	SYS_RESTORE,  /* (struct user_context *) does not return but go on there: a signal's end */
	SYS_COUNT
};

#define SYS_ERROR_FAULT	 (-14) /* a pointer that user memory does not have */
#define SYS_ERROR_NUMBER (-38) /* no such system call */
#define SYS_ERROR_ROOM	 (-12) /* no task slot, no memory */

/* What a signal handler is told, and gives back. */
struct user_context {
	uint64_t rip, rflags, rsp;
};

/* Calls that the workloads answer and not the kernel: SYS_MARK, _RESULT, _PRICE, _WORKLOAD. */
void syscall_provide(enum syscall_number number, int64_t (*call)(uint64_t a, uint64_t b));

struct trap_frame;
uint64_t syscall_run(struct trap_frame *frame);

#endif
