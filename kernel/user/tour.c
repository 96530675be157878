/* SPDX-License-Identifier: MIT */
/* The tour's steps in ring 3: what a program sees must not depend on the delivery. */
#include "user.h"

#define PAGE	    4096
#define PAGES	    8
#define WORKERS	    3
#define WORK_ROUNDS 400000
#define WORK_TICKS  12

static uint64_t gs_word = 0x7573657267; /* "userg": found through GS */
static volatile uint64_t sums[WORKERS];

/* What GS points to, and what SYSCALL did to GS on its way through ring 0. */
static uint64_t through_gs(void)
{
	uint64_t value;

	asm volatile("mov %%gs:0, %0" : "=r"(value));
	return value;
}

static void step_syscalls(void)
{
	uint64_t sum = 0;

	mark(TOUR_SYSCALLS, "system calls from ring 3");
	syscall2(SYS_GSBASE, (uint64_t)&gs_word, 0);
	for (int i = 0; i < 3; i++)
		sum += (uint64_t)syscall2(SYS_GETPID, 0, 0) + through_gs();
	sum += (uint64_t)soft_syscall(SYS_GETPID);
	syscall2(SYS_YIELD, 0, 0);
	/* A bad pointer and a bad number are error returns, not faults */
	sum += (uint64_t)syscall2(SYS_WRITE, 0x123000, 4);
	sum += (uint64_t)syscall2(SYS_WRITE, 0xffff800000000000, 4);
	sum += (uint64_t)syscall2(12345, 0, 0);
	result(TOUR_SYSCALLS, sum);
}

static void step_faults(void)
{
	uint64_t vectors = 0;

	mark(TOUR_FAULTS, "INT3, #UD, #DE, #GP, INT 0x81 in user code");
	vectors = vectors << 8 | CAUGHT("int3");
	vectors = vectors << 8 | CAUGHT("ud2");
	vectors = vectors << 8 | CAUGHT("div %%ecx");
	vectors = vectors << 8 | CAUGHT("hlt");
	result(TOUR_FAULTS, vectors);
	/* IDT: #GP by the gate's DPL. FRED: INT n as such. The kernel refuses both. */
	CAUGHT("int $0x81");
}

static void step_demand(void)
{
	volatile uint64_t *memory;
	uint64_t sum = 0;

	mark(TOUR_DEMAND, "user memory, mapped when touched");
	memory = (volatile uint64_t *)syscall2(SYS_MAP, (uint64_t)PAGES * PAGE, 0);
	for (uint64_t i = 0; i < PAGES; i++)
		memory[i * PAGE / 8] = i + 1;
	for (uint64_t i = 0; i < PAGES; i++)
		sum = sum * 10 + memory[i * PAGE / 8];
	result(TOUR_DEMAND, sum);
}

static void step_steps(void)
{
	uint64_t before = (uint64_t)syscall2(SYS_STEPS, 0, 0);

	mark(TOUR_STEPS, "single steps in user code (#DB)");
	asm volatile("pushfq\n\t"
		     "orq $0x100, (%%rsp)\n\t"
		     "popfq\n\t"
		     "nop\n\t"
		     "nop\n\t"
		     "nop\n\t"
		     "pushfq\n\t"
		     "andq $~0x100, (%%rsp)\n\t"
		     "popfq"
		     :
		     :
		     : "memory", "cc");
	result(TOUR_STEPS, (uint64_t)syscall2(SYS_STEPS, 0, 0) - before);
}

/* A fixed sum, and then on until the timer has come a few times. */
static void worker(uint64_t number) __attribute__((noreturn));
static void worker(uint64_t number)
{
	uint64_t from = (uint64_t)syscall2(SYS_TICKS, 0, 0), sum = number;

	for (uint64_t i = 0; i < WORK_ROUNDS; i++)
		sum = sum * 6364136223846793005u + i;
	while ((uint64_t)syscall2(SYS_TICKS, 0, 0) < from + WORK_TICKS)
		for (volatile uint64_t i = 0; i < WORK_ROUNDS / 8; i++)
			;
	sums[number] = sum;
	exit_task(0);
}

static void step_preemption(void)
{
	int64_t id[WORKERS];
	uint64_t sum = 0;

	mark(TOUR_PREEMPTION, "three tasks, preempted by the timer");
	for (uint64_t i = 0; i < WORKERS; i++)
		id[i] = syscall2(SYS_SPAWN, (uint64_t)worker, i);
	for (uint64_t i = 0; i < WORKERS; i++) {
		syscall2(SYS_WAIT, (uint64_t)id[i], 0);
		sum ^= sums[i];
	}
	result(TOUR_PREEMPTION, sum);
}

void program_tour(void)
{
	step_syscalls();
	step_faults();
	step_demand();
	step_steps();
	step_preemption();
}
