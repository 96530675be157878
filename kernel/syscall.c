/* SPDX-License-Identifier: MIT */
/* The table of system calls, each a few lines. */
#include "syscall.h"
#include "apic.h"
#include "console.h"
#include "copy_user.h"
#include "cpu.h"
#include "delivery.h"
#include "format.h"
#include "library.h"
#include "restore.h"
#include "schedule.h"
#include "task.h"

#define WRITE_MAX 256
#define HEAP_MAX  0x1000000

static int64_t sys_exit(uint64_t code, uint64_t b)
{
	(void)b;
	task_exit(code & 0xff);
}

static int64_t sys_write(uint64_t address, uint64_t length)
{
	char text[WRITE_MAX];
	size_t size = length < sizeof(text) ? length : sizeof(text);

	if (!copy_from_user(text, address, size))
		return SYS_ERROR_FAULT;
	console_write(text, size);
	return (int64_t)size;
}

static int64_t sys_getpid(uint64_t a, uint64_t b)
{
	(void)a, (void)b;
	return this_cpu()->current->id;
}

static int64_t sys_yield(uint64_t a, uint64_t b)
{
	(void)a, (void)b;
	schedule();
	return 0;
}

static int64_t sys_ticks(uint64_t a, uint64_t b)
{
	(void)a, (void)b;
	return (int64_t)this_cpu()->ticks;
}

static int64_t sys_sleep(uint64_t ticks, uint64_t b)
{
	(void)b;
	task_sleep(ticks);
	return 0;
}

static int64_t sys_map(uint64_t bytes, uint64_t b)
{
	struct task *task = this_cpu()->current;
	uint64_t address = task->heap_end;

	(void)b;
	if (bytes > HEAP_MAX || address + bytes > USER_HEAP + HEAP_MAX)
		return SYS_ERROR_ROOM;
	task->heap_end += (bytes + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
	return (int64_t)address;
}

static int64_t sys_spawn(uint64_t rip, uint64_t argument)
{
	struct task *self = this_cpu()->current;
	char name[TASK_NAME];
	struct task *task;

	if (!is_user(rip, 1))
		return SYS_ERROR_FAULT;
	format_text(name, sizeof(name), "%s.%lu", "task", argument);
	task = task_new_user(name, self, rip, argument);
	return task ? (int64_t)task->id : SYS_ERROR_ROOM;
}

static int64_t sys_wait(uint64_t id, uint64_t b)
{
	(void)b;
	return (int64_t)task_wait(id);
}

static int64_t sys_gsbase(uint64_t base, uint64_t b)
{
	(void)b;
	if (!is_user(base, 1))
		return SYS_ERROR_FAULT;
	wrmsr(MSR_KERNEL_GS_BASE, base);
	return 0;
}

static int64_t sys_catch(uint64_t rip, uint64_t b)
{
	(void)b;
	if (!is_user(rip, 1))
		return SYS_ERROR_FAULT;
	this_cpu()->current->catch_rip = rip;
	return (int64_t)this_cpu()->current->caught;
}

static int64_t sys_nmi(uint64_t a, uint64_t b)
{
	(void)a, (void)b;
	apic_send_nmi();
	return (int64_t)this_cpu()->nmis;
}

static int64_t sys_steps(uint64_t limit, uint64_t b)
{
	struct task *task = this_cpu()->current;

	(void)b;
	task->step_limit = limit;
	return (int64_t)task->steps;
}

static int64_t sys_name(uint64_t address, uint64_t size)
{
	size_t length = strlen(delivery->name) + 1;

	if (length > size || !copy_to_user(address, delivery->name, length))
		return SYS_ERROR_FAULT;
	return (int64_t)length;
}

static int64_t sys_caught(uint64_t address, uint64_t b)
{
	(void)b;
	return copy_to_user(address, &this_cpu()->current->caught_at, sizeof(struct user_context))
		       ? 0
		       : SYS_ERROR_FAULT;
}

static uint64_t sys_restore(struct trap_frame *frame)
{
	struct task *task = this_cpu()->current;
	struct user_context to;

	if (!copy_from_user(&to, frame->rdi, sizeof(to)) || !is_user(to.rip, 1))
		return (uint64_t)SYS_ERROR_FAULT;
	restore_frame(frame, &to);
	task->restored_rip = to.rflags & RFLAGS_TF ? to.rip : 0;
	return 0;
}

static int64_t sys_nobody(uint64_t a, uint64_t b)
{
	(void)a, (void)b;
	return SYS_ERROR_NUMBER;
}

static int64_t (*table[SYS_COUNT])(uint64_t a, uint64_t b) = {
	[SYS_EXIT] = sys_exit,	   [SYS_WRITE] = sys_write,   [SYS_GETPID] = sys_getpid,
	[SYS_YIELD] = sys_yield,   [SYS_TICKS] = sys_ticks,   [SYS_SLEEP] = sys_sleep,
	[SYS_MARK] = sys_nobody,   [SYS_RESULT] = sys_nobody, [SYS_MAP] = sys_map,
	[SYS_SPAWN] = sys_spawn,   [SYS_WAIT] = sys_wait,     [SYS_GSBASE] = sys_gsbase,
	[SYS_CATCH] = sys_catch,   [SYS_NMI] = sys_nmi,	      [SYS_STEPS] = sys_steps,
	[SYS_NAME] = sys_name,	   [SYS_PRICE] = sys_nobody,  [SYS_WORKLOAD] = sys_nobody,
	[SYS_CAUGHT] = sys_caught,
};

void syscall_provide(enum syscall_number number, int64_t (*call)(uint64_t a, uint64_t b))
{
	table[number] = call;
}

uint64_t syscall_run(struct trap_frame *frame)
{
	if (frame->rax == SYS_RESTORE)
		return sys_restore(frame);
	if (frame->rax >= SYS_COUNT)
		return (uint64_t)SYS_ERROR_NUMBER;
	return (uint64_t)table[frame->rax](frame->rdi, frame->rsi);
}
