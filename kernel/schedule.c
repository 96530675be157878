/* SPDX-License-Identifier: MIT */
/* Whose turn it is, and what the CPU must be told of the next task. */
#include "schedule.h"
#include "alternative.h"
#include "cpu.h"
#include "delivery.h"
#include "kernel/trace/record.h"
#include "memory.h"
#include "panic.h"

struct task tasks[TASKS];
static uint64_t scratch_rsp; /* where the boot context's RSP is left behind */

void switch_stacks(uint64_t *save_rsp, uint64_t load_rsp);

static struct task *next_ready(struct task *current)
{
	unsigned at = (unsigned)(current - tasks);
	struct task *drainer = this_cpu()->drainer;

	if (drainer->state == TASK_READY)
		return drainer; /* before the ring overflows */

	for (unsigned i = 1; i <= TASKS; i++) {
		struct task *task = &tasks[(at + i) % TASKS];

		if (task->state == TASK_READY && task != this_cpu()->idle)
			return task;
	}
	return this_cpu()->idle;
}

/* SWAPGS and FRED leave the selector alone: it is ring 3's, as it loaded it. */
static void save_user_gs(struct task *task)
{
	asm volatile("mov %%gs, %0" : "=r"(task->gs_selector));
	task->user_gs = rdmsr(MSR_KERNEL_GS_BASE);
}

/* The selector by the way of the delivery; then the base, which SYS_GSBASE may have changed. */
static void load_user_gs(const struct task *task)
{
	uint64_t selector = task->gs_selector;

	asm volatile(ALTERNATIVE("call idt_load_user_gs", "call fred_load_user_gs")
		     : "+D"(selector)
		     :
		     : "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
	wrmsr(MSR_KERNEL_GS_BASE, task->user_gs);
}

static void load_stack(uint64_t top)
{
	this_cpu()->stack_top = top;
	asm volatile(ALTERNATIVE("call idt_load_stack", "call fred_load_stack")
		     : "+D"(top)
		     :
		     : "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
}

static void switch_to(struct task *next)
{
	struct cpu *cpu = this_cpu();
	struct task *last = cpu->current;

	trace_switch(last, next);
	cpu->current = next;
	if (next->pml4 != last->pml4)
		write_cr3(next->pml4);
	if (last->user) {
		fpu_save(&last->fpu);
		save_user_gs(last);
	}
	if (next->user) {
		fpu_load(&next->fpu);
		load_stack(next->stack_top);
		load_user_gs(next);
	}
	switch_stacks(last == &tasks[0] ? &scratch_rsp : &last->kernel_rsp, next->kernel_rsp);
}

void schedule(void)
{
	uint64_t flags = interrupts_save();
	struct cpu *cpu = this_cpu();
	struct task *next = next_ready(cpu->current);

	cpu->need_resched = false;
	if (next != cpu->current)
		switch_to(next);
	interrupts_restore(flags);
}

void task_start_first(struct task *task)
{
	interrupts_off();
	switch_to(task);
	panic("the boot context ran again");
}
