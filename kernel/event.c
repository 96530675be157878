/* SPDX-License-Identifier: MIT */
/* What the kernel does about each event, whoever delivered it. */
#include "event.h"
#include "apic.h"
#include "cpu.h"
#include "delivery.h"
#include "fixup.h"
#include "format.h"
#include "kernel/harm/harm.h"
#include "kernel/trace/drain.h"
#include "kernel/trace/trace.h"
#include "nmi_source.h"
#include "panic.h"
#include "refused.h"
#include "schedule.h"
#include "symbols.h"
#include "syscall.h"
#include "task.h"
#include "user_fault.h"
#include "user_memory.h"

void (*volatile nmi_hook)(struct trap_frame *frame);
void (*volatile debug_hook)(struct trap_frame *frame);
void (*volatile machine_check_hook)(struct trap_frame *frame);
void (*volatile double_fault_hook)(struct trap_frame *frame);
volatile uint64_t handler_tsc, leave_tsc;

/* Only the first event after the price list has cleared it. */
static void note_handler(void)
{
	if (!handler_tsc)
		handler_tsc = rdtsc();
}

void event_enter(struct trap_frame *frame, unsigned work)
{
	if (!trace_recording())
		return;
	trace_entry(frame, work);
	if (harm_watching())
		harm_enter(frame, work);
}

/* From ring 3, and on the task's own stack, which may be left and come back to. */
static bool may_reschedule(const struct trap_frame *frame)
{
	return frame_from_user(frame) && frame_type(frame) != EVENT_NMI &&
	       !(frame_type(frame) == EVENT_EXCEPTION && frame_vector(frame) == VECTOR_DB);
}

/* Last thing in an event: where it came with ring 3's GS, entry code finds that again. */
static void record_exit_watched(struct trap_frame *frame, unsigned work)
{
	uint64_t gs = harm_exit(frame);

	trace_exit(frame, work);
	if (gs != (uint64_t)this_cpu_without_gs())
		wrmsr(MSR_GS_BASE, gs);
}

void event_leave(struct trap_frame *frame, unsigned work)
{
	if (handler_tsc && !leave_tsc)
		leave_tsc = rdtsc();
	if (may_reschedule(frame)) {
		struct cpu *cpu = this_cpu();

		if (trace_wants_drain()) {
			cpu->drainer->state = TASK_READY;
			cpu->need_resched = true;
		}
		if (cpu->need_resched)
			schedule();
	}
	if (harm_watching())
		record_exit_watched(frame, work);
	else if (trace_recording())
		trace_exit(frame, work);
}

void event_abandon(const struct trap_frame *by)
{
	trace_exit(harm_abandon(by), 0);
}

void handle_fault(struct trap_frame *frame)
{
	uint64_t fixup = frame_from_user(frame) ? 0 : fixup_for(frame->rip);

	if (fixup) {
		if (in_entry_code(frame->rip))
			refused_note(frame);
		frame_set_rip(frame, fixup);
	} else if (frame_from_user(frame)) {
		task_fault(frame);
	} else if (!harm_watching() || !harm_refused_return(frame)) {
		panic_frame(frame, "an event in the kernel that nobody handles");
	}
}

/* CR2 is in the frame: what another #PF does to the register no longer matters here. */
static void handle_page_fault(struct trap_frame *frame)
{
	if (!task_demand_page(frame->data, frame->error, frame_from_user(frame)))
		handle_fault(frame);
}

/* What a workload does inside an event, once. False: it asked for nothing. */
static bool run_hook(void (*volatile *place)(struct trap_frame *), struct trap_frame *frame)
{
	void (*hook)(struct trap_frame *) = *place;

	*place = NULL;
	if (hook)
		hook(frame);
	return hook != NULL;
}

/* A step behind SYS_RESTORE: has the instruction there been executed? */
static void check_progress(struct task *task, struct trap_frame *frame)
{
	if (frame->rip == task->restored_rip && harm_watching())
		harm_note(FT_HARM_STEP, frame->where, frame->rip);
	task->restored_rip = 0;
}

/* Ring 3's own step is caught like a fault, when it asked for that. */
static void user_step(struct task *task, struct trap_frame *frame)
{
	check_progress(task, frame);
	if (!task->catch_rip)
		return;
	task_fault(frame);
	frame_set_rflags(frame, frame->rflags & ~RFLAGS_TF);
}

static void handle_debug(struct trap_frame *frame)
{
	struct task *task = this_cpu()->current;

	/* Ring 3's own INT1, which the IDT delivers as a #DB without a cause */
	if (frame_from_user(frame) && !frame->data) {
		handle_fault(frame);
		return;
	}
	if (frame->data & DB_STEP)
		task->steps++;
	if (frame->data & DB_STEP && frame_from_user(frame))
		user_step(task, frame);
	/* By the interrupted TF: another #DB may come before the step that was asked for */
	if (frame->rflags & RFLAGS_TF && task->step_limit && --task->step_limit == 0)
		frame_set_rflags(frame, frame->rflags & ~RFLAGS_TF);
	run_hook(&debug_hook, frame);
}

/* Its own stack, nothing to go back to: say what is known and stop. */
static void handle_double_fault(struct trap_frame *frame)
{
	if (!run_hook(&double_fault_hook, frame))
		panic_frame(frame, "double fault");
}

static void handle_machine_check(struct trap_frame *frame)
{
	if (!run_hook(&machine_check_hook, frame))
		panic_frame(frame, "machine check");
}

/* Type 3 by vector; whatever is not named is the interrupted code's fault. */
static void (*const exceptions[32])(struct trap_frame *) = {
	[VECTOR_DB] = handle_debug,
	[VECTOR_DF] = handle_double_fault,
	[VECTOR_PF] = handle_page_fault,
	[VECTOR_MC] = handle_machine_check,
};

void handle_exception(struct trap_frame *frame)
{
	unsigned vector = frame_vector(frame);

	note_handler();
	if (harm_watching())
		harm_check_cause(frame);
	if (vector < 32 && exceptions[vector])
		exceptions[vector](frame);
	else
		handle_fault(frame);
}

/* Not a fault of whoever was interrupted: this kernel and its CPU do not mean the same. */
void handle_unknown_type(const struct trap_frame *frame)
{
	char why[80];

	format_text(why, sizeof(why), "%s has no event of type %u, vector %u", delivery->name,
		    frame_type(frame), frame_vector(frame));
	panic_frame(frame, why);
}

static volatile uint64_t handled[256];

uint64_t interrupts_handled(unsigned vector)
{
	return handled[vector];
}

void handle_interrupt(struct trap_frame *frame)
{
	struct cpu *cpu = this_cpu();

	note_handler();
	handled[frame_vector(frame)]++;
	switch (frame_vector(frame)) {
	case VECTOR_TIMER:
		cpu->ticks++;
		apic_eoi();
		task_wake_sleepers(cpu->ticks);
		cpu->need_resched = true;
		break;
	case VECTOR_SPURIOUS: break; /* the APIC sends it without wanting an EOI */
	default: apic_eoi(); break;
	}
}

void handle_nmi(struct trap_frame *frame)
{
	note_handler();
	nmi_serve(frame->data);
	if (harm_watching())
		harm_check_senders();
	run_hook(&nmi_hook, frame);
	this_cpu()->nmis++;
}

/* INT3 in the kernel is a test's; in user code it is a fault like others. */
void handle_soft_exception(struct trap_frame *frame)
{
	note_handler();
	if (frame_from_user(frame))
		handle_fault(frame);
}

void handle_no_such_call(struct trap_frame *frame, unsigned error)
{
	unsigned length = frame->ss >> FRAME_SS_LENGTH_SHIFT;
	uint64_t about = 0xfull << FRAME_SS_TYPE_SHIFT | 0xffull << FRAME_SS_VECTOR_SHIFT |
			 0xfull << FRAME_SS_LENGTH_SHIFT | FRAME_SS_SOFT;

	frame_set_rip(frame, frame->rip - length);
	frame_set_error(frame, error);
	frame_set_ss(frame, (frame->ss & ~about) |
				    (uint64_t)EVENT_EXCEPTION << FRAME_SS_TYPE_SHIFT |
				    (uint64_t)VECTOR_GP << FRAME_SS_VECTOR_SHIFT);
	handle_fault(frame);
}

/* Error code of a #GP by INT n: the vector, in the IDT (SDM 3, 6.13) */
#define ERROR_IDT(vector) ((vector) << 3 | 2)

/* Under FRED any INT n arrives here; what careful's gates would refuse is refused by number. */
void handle_int_n(struct trap_frame *frame)
{
	unsigned vector = frame_vector(frame);

	note_handler();
	if (vector == VECTOR_SYSCALL)
		handle_syscall(frame);
	else if (frame_from_user(frame) && vector != VECTOR_BP && vector != VECTOR_OF)
		handle_no_such_call(frame, ERROR_IDT(vector));
	else
		handle_fault(frame);
}

void handle_syscall(struct trap_frame *frame)
{
	note_handler();
	frame->rax = syscall_run(frame);
}
