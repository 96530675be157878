/* SPDX-License-Identifier: MIT */
/*
 * idt=naive: the C half of a first kernel's entry, which is handle(). Around it, so
 * that a run goes on after the harm is done: a copy of each frame where no stack rewinds,
 * a look at what happened to the original, and the way back to what it had interrupted.
 */
#include "../kernel/cpu.h"
#include "../kernel/event.h"
#include "../kernel/task.h"
#include "../trace/fredtrace.h"
#include "idt.h"

struct open_event {
	struct trap_frame *at;
	struct trap_frame pushed;
	uint64_t event;
};

/* By task slot and nesting; [0] is unused, as in struct trace_nest. */
static struct open_event open_events[TASKS][TRACE_DEPTH + 1];

/* After event_enter(): the cause is read only now, after whatever came between. */
static void handle(struct trap_frame *frame, unsigned work)
{
	idt_fill_cause(frame);
	idt_dispatch(frame);
	event_leave(frame, work & FT_WORK_SWAPGS);
}

static bool same_stack(uint64_t a, uint64_t b)
{
	return (a - STACKS_BASE) / STACK_STRIDE == (b - STACKS_BASE) / STACK_STRIDE;
}

/* The interrupted code ran on this very stack, below: the IST began again above it. */
static bool rewound(const struct trap_frame *frame)
{
	return same_stack(frame->rsp, (uint64_t)frame) && frame->rsp < (uint64_t)frame;
}

/*
 * The frames on this stack are gone, and the handlers' own frames with them. Nobody can return to
 * those handlers; the outermost one's frame, from the copy, leads back to what it interrupted.
 */
static void abandon(struct trap_frame *frame, struct open_event *open, unsigned depth)
{
	struct open_event *outermost = NULL;

	for (unsigned i = depth - 1; i > 0 && same_stack((uint64_t)open[i].at, (uint64_t)frame);
	     i--) {
		outermost = &open[i];
		trace_harm(FT_HARM_CLOBBERED, outermost->event, outermost->pushed.where,
			   frame->rip);
		trace_exit(outermost->at, 0);
	}
	if (outermost)
		*frame = outermost->pushed;
}

static void note_nested_nmi(const struct trap_frame *frame, const struct open_event *open,
			    unsigned depth)
{
	if (frame_type(frame) != EVENT_NMI)
		return;
	for (unsigned i = depth - 1; i > 0; i--)
		if (frame_type(&open[i].pushed) == EVENT_NMI)
			trace_harm(FT_HARM_NESTED_NMI, open[i].event, open[i].pushed.where, 0);
}

/* Give the handler the kernel's GS if it came with ring 3's; returns what was there. */
static uint64_t right_gs(struct cpu *cpu)
{
	uint64_t gs = rdmsr(MSR_GS_BASE);

	if (gs != (uint64_t)cpu)
		wrmsr(MSR_GS_BASE, (uint64_t)cpu);
	return gs;
}

static void handle_watched(struct trap_frame *frame, unsigned work)
{
	struct cpu *cpu = this_cpu_without_gs();
	uint64_t gs;
	struct trace_nest *nest = &cpu->current->nest;
	struct open_event *open = open_events[cpu->current - tasks];
	bool destroys = rewound(frame);
	unsigned depth;

	event_enter(frame, work); /* needs no GS, and records what it is */
	gs = right_gs(cpu);
	depth = trace_slot(nest);
	open[depth] = (struct open_event){frame, *frame, nest->open[depth].event};
	if (gs != (uint64_t)cpu)
		trace_harm(FT_HARM_GS, open[depth].event, frame->where, gs);
	note_nested_nmi(frame, open, depth);
	handle(frame, work);
	if (destroys)
		abandon(frame, open, depth);
	if (gs != (uint64_t)cpu)
		wrmsr(MSR_GS_BASE, gs);
}

void idt_event_naive(struct trap_frame *frame)
{
	unsigned work = FT_WORK_FRAME | (frame_from_user(frame) ? FT_WORK_SWAPGS : 0);

	idt_fill_frame(frame);
	if (trace_recording()) {
		handle_watched(frame, work);
	} else {
		event_enter(frame, work);
		handle(frame, work);
	}
}
