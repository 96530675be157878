/* SPDX-License-Identifier: MIT */
/*
 * Tasks: kernel threads, which give the CPU up themselves, and ring-3 tasks, which
 * the timer preempts.
 */
#ifndef TASK_H
#define TASK_H

#include <stdbool.h>
#include <stdint.h>
#include "fpu.h"
#include "frame.h"
#include "memory.h"
#include "nest.h"
#include "percpu.h"
#include "syscall.h"

#define TASKS	  16
#define TASK_NAME 16

enum task_state { TASK_FREE, TASK_READY, TASK_WAITING, TASK_SLEEPING, TASK_ENDED };

struct task {
	unsigned id; /* unique in a run, from 1 */
	char name[TASK_NAME];
	enum task_state state;
	uint64_t kernel_rsp; /* while it does not run */
	uint64_t stack_top;
	uint64_t pml4; /* physical */
	bool user;
	uint64_t user_gs; /* ring 3's GS.base and selector, while it does not run */
	uint16_t gs_selector;
	uint64_t heap_end;  /* SYS_map has given out USER_HEAP..heap_end */
	uint64_t catch_rip; /* a fault resumes here, once; 0 = it ends the task */
	uint64_t caught;    /* faults caught so far */
	struct user_context caught_at;
	uint64_t restored_rip; /* by SYS_RESTORE with TF set, until the #DB comes */
	uint64_t steps;	       /* single-step #DBs so far */
	uint64_t step_limit;   /* TF is cleared after so many more; 0 = never */
	uint64_t wake_tick;
	unsigned waits_for; /* task id */
	uint64_t exit_code;
	struct nest nest;
	struct fpu fpu; /* while it does not run; kernel threads use none */
};

#define EXIT_KILLED 0x100 /* exit code of a task ended by a fault: this + vector */

/* The boot context becomes task 0, until task_start_first(). */
void tasks_init(void);

/* A kernel thread; run() must not return. NULL: no slot is free. */
struct task *task_new_kernel(const char *name, void (*run)(void));

/* A ring-3 task at `rip` with RDI = argument. parent NULL: a new address space with user.elf;
 * else the parent's is shared. NULL: no slot is free. */
struct task *task_new_user(const char *name, struct task *parent, uint64_t rip, uint64_t argument);

void task_exit(uint64_t code) __attribute__((noreturn));

/* Wait until task `id` has ended; its exit code, or ~0 when there is no such task. */
uint64_t task_wait(uint64_t id);

void task_sleep(uint64_t ticks); /* more than there will ever be: for ever */
void task_wake_sleepers(uint64_t now);

/* Forget ended tasks, restart ids: each half of a run sees the same numbers. */
void tasks_new_run(void);

#endif
