/* SPDX-License-Identifier: MIT */
/*
 * idt=naive: the C half of a first kernel's entry, which is handle(). Around it, so that a run
 * goes on after an IST rewound onto frames in use: the way back to what they had interrupted,
 * from the copies that kernel/harm/ keeps.
 */
#include "kernel/cpu.h"
#include "kernel/event.h"
#include "kernel/harm/harm.h"
#include "kernel/memory.h"
#include "kernel/nmi_source.h"
#include "kernel/percpu.h"
#include "kernel/trace/trace.h"
#include "idt.h"

/* After event_enter(): the cause is read only now, after whatever came between. */
static void handle(struct trap_frame *frame, unsigned work)
{
	idt_fill_cause(frame);
	if (frame_type(frame) == EVENT_NMI)
		frame->data = nmi_ask(false); /* stops at the first sender that says yes */
	if (frame->data && trace_recording())
		frame_edited(frame, offsetof(struct trap_frame, data));
	idt_dispatch(frame);
	event_leave(frame, work & FT_WORK_SWAPGS);
}

/* What the interrupted code has on this very stack begins below our frame's end: the IST began
 * again on top of it. */
static bool rewound(const struct trap_frame *frame)
{
	return stack_number(frame->rsp) == stack_number((uint64_t)frame) &&
	       frame->rsp < (uint64_t)(frame + 1);
}

/*
 * The frames on this stack are gone, and the handlers' own frames with them. There is no way
 * back to those handlers; the outermost one's frame, from the copy, leads back to what it
 * interrupted.
 */
static void abandon(struct trap_frame *frame)
{
	unsigned depth;
	const struct open_event *open = harm_open(&depth), *outermost = NULL;

	for (; depth > 0; depth--) {
		if (stack_number((uint64_t)open[depth].at) != stack_number((uint64_t)frame))
			break;
		outermost = &open[depth];
		event_abandon(frame);
	}
	if (!outermost)
		return;
	*frame = outermost->pushed;
	frame->rip = outermost->rip;
	frame->rflags = outermost->rflags;
	wrmsr(MSR_GS_BASE, outermost->gs);
}

void idt_event_naive(struct trap_frame *frame)
{
	unsigned work = FT_WORK_FRAME | (frame_from_user(frame) ? FT_WORK_SWAPGS : 0);
	bool destroys = harm_watching() && rewound(frame);

	idt_fill_frame(frame);
	event_enter(frame, work); /* needs no GS, and records what it is */
	handle(frame, work);
	if (destroys)
		abandon(frame);
}
