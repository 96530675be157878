/* SPDX-License-Identifier: MIT */
/* Task slots: their birth, their end, and what they wait for. */
#include "task.h"
#include "alternative.h"
#include "cpu.h"
#include "delivery.h"
#include "first_frame.h"
#include "kernel/trace/record.h"
#include "library.h"
#include "panic.h"
#include "schedule.h"
#include "text.h"
#include "user_elf.h"

static unsigned next_id;

void start_kernel_task(void);
void start_user_task(void);

/* A new ring-3 task leaves switch_stacks() with RSP at its first frame: return from it. */
asm(".pushsection .text\n\t"
    ".type start_user_task, @function\n"
    "start_user_task:\n\t" ALTERNATIVE(
	    "jmp idt_return_user",
	    "jmp fred_return_user") ".size start_user_task, . - start_user_task\n\t"
				    ".popsection");

/* Task 0 only lends its nest to the trace until the first real task runs. */
void tasks_init(void)
{
	copy_text(tasks[0].name, TASK_NAME, "boot");
	tasks[0].state = TASK_WAITING;
	tasks[0].pml4 = kernel_pml4;
	cpus[0].current = &tasks[0];
	next_id = 1;
}

void tasks_new_run(void)
{
	unsigned highest = 0;

	for (struct task *t = tasks + 1; t < tasks + TASKS; t++) {
		if (t->state == TASK_ENDED)
			t->state = TASK_FREE;
		if (t->state != TASK_FREE && t->id > highest)
			highest = t->id;
	}
	next_id = highest + 1;
}

static struct task *task_new(const char *name)
{
	for (unsigned i = 1; i < TASKS; i++) {
		struct task *task = &tasks[i];

		if (task->state != TASK_FREE)
			continue;
		memset(task, 0, sizeof(*task));
		task->id = next_id++;
		copy_text(task->name, TASK_NAME, name);
		task->stack_top = stack_map(TASK_STACKS + i);
		trace_task(task);
		trace_stack(task->id, FT_STACK_TASK, task->stack_top - STACK_SIZE, STACK_SIZE);
		return task;
	}
	return NULL;
}

/* What switch_stacks() pops: six registers and the address to go on at. */
static void push_start(struct task *task, uint64_t rsp, void (*start)(void), uint64_t rbx)
{
	uint64_t *at = (uint64_t *)rsp;

	*--at = (uint64_t)start;
	*--at = 0; /* rbp */
	*--at = rbx;
	at -= 4;
	memset(at, 0, 4 * sizeof(*at));
	task->kernel_rsp = (uint64_t)at;
}

struct task *task_new_kernel(const char *name, void (*run)(void))
{
	struct task *task = task_new(name);

	if (!task)
		return NULL;
	task->pml4 = kernel_pml4;
	/* A call's alignment: RSP + 8 is a multiple of 16 when start_kernel_task begins */
	push_start(task, task->stack_top - 8, start_kernel_task, (uint64_t)run);
	task->state = TASK_READY;
	return task;
}

struct task *task_new_user(const char *name, struct task *parent, uint64_t rip, uint64_t argument)
{
	struct task *task = task_new(name);
	struct trap_frame *frame;

	if (!task)
		return NULL;
	task->user = true;
	task->fpu.control = FPU_CONTROL;
	task->fpu.sse_control = FPU_SSE_CONTROL;
	task->pml4 = parent ? parent->pml4 : address_space_new();
	task->heap_end = parent ? parent->heap_end : USER_HEAP;
	if (!parent)
		rip = user_elf_load(task->pml4);
	frame = (struct trap_frame *)(task->stack_top - sizeof(*frame));
	first_frame(frame, rip, USER_STACK_TOP - (task->id % TASKS) * 2 * USER_STACK - 8, argument);
	push_start(task, (uint64_t)frame, start_user_task, 0);
	task->state = TASK_READY;
	return task;
}

/* Of the tasks that shared its address space, the last one frees it. */
static void release_memory(struct task *task)
{
	if (!task->user)
		return;
	for (struct task *t = tasks; t < tasks + TASKS; t++)
		if (t != task && t->pml4 == task->pml4 && t->state != TASK_FREE &&
		    t->state != TASK_ENDED)
			return;
	write_cr3(kernel_pml4);
	address_space_free(task->pml4);
	task->pml4 = kernel_pml4;
}

void task_exit(uint64_t code)
{
	struct task *self = this_cpu()->current;

	interrupts_off();
	self->exit_code = code;
	self->state = TASK_ENDED;
	for (struct task *t = tasks; t < tasks + TASKS; t++)
		if (t->state == TASK_WAITING && t->waits_for == self->id)
			t->state = TASK_READY;
	release_memory(self);
	schedule();
	panic("task %u ran after its end", self->id);
}

static struct task *find_task(uint64_t id)
{
	for (struct task *t = tasks + 1; t < tasks + TASKS; t++)
		if (t->state != TASK_FREE && t->id == id)
			return t;
	return NULL;
}

uint64_t task_wait(uint64_t id)
{
	struct task *self = this_cpu()->current;
	struct task *other = find_task(id);
	uint64_t flags = interrupts_save();

	if (!other || other == self) {
		interrupts_restore(flags);
		return ~0ull;
	}
	while (other->state != TASK_ENDED) {
		self->waits_for = other->id;
		self->state = TASK_WAITING;
		schedule();
	}
	interrupts_restore(flags);
	return other->exit_code;
}

void task_sleep(uint64_t ticks)
{
	struct task *self = this_cpu()->current;
	uint64_t flags = interrupts_save();

	if (__builtin_add_overflow(this_cpu()->ticks, ticks, &self->wake_tick))
		self->wake_tick = UINT64_MAX; /* never */
	self->state = TASK_SLEEPING;
	schedule();
	interrupts_restore(flags);
}

void task_wake_sleepers(uint64_t now)
{
	for (struct task *t = tasks; t < tasks + TASKS; t++)
		if (t->state == TASK_SLEEPING && t->wake_tick <= now)
			t->state = TASK_READY;
}
