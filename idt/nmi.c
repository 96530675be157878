/* SPDX-License-Identifier: MIT */
/*
 * NMIs inside NMIs (idt=careful): any IRET inside a handler unblocks them. nmi.S has the stacks;
 * this is what is decided.
 */
#include "kernel/cpu.h"
#include "kernel/event.h"
#include "kernel/nmi_source.h"
#include "kernel/percpu.h"
#include "trace/fredtrace.h"
#include "idt.h"

static struct trap_frame *copy_off_ist(struct cpu *cpu, const struct trap_frame *frame)
{
	struct trap_frame *copy =
		(struct trap_frame *)(event_stack_top(cpu->id, FT_STACK_NMI_COPY) - sizeof(*copy));

	*copy = *frame;
	return copy;
}

/*
 * The stretch of nmi.S that nmi_running no longer protects was interrupted, by the frame's event
 * or by one that this event met before its C half.
 */
static bool is_leaving(const struct cpu *cpu, const struct trap_frame *frame)
{
	struct idt_place place = idt_place_of(cpu, frame);
	unsigned steps = 0;

	do {
		if (idt_nmi_leaves(place.rip))
			return true;
	} while (++steps < IDT_SHIFTS && idt_outwards(cpu, &place));
	return false;
}

/* The other one runs, or is on its way out: make sure that it runs once more. */
static void note(struct cpu *cpu, struct trap_frame *frame)
{
	struct idt_shift shift;

	cpu->nmi_noted = 1;
	cpu->nmi_running = 1;
	idt_shift(cpu, frame, &shift);
	idt_fill_frame(frame);
	event_enter(frame, FT_WORK_FRAME | FT_WORK_PARANOID | FT_WORK_NMI_LATCH);
	if (idt_nmi_leaves(frame->rip))
		frame_set_rip(frame, (uint64_t)idt_nmi_restart);
	event_leave(frame, FT_WORK_PARANOID);
	idt_unshift(cpu, &shift);
}

/* On IST 2, from ring 0. NMIs are blocked until our IRET, whichever way we go. */
struct trap_frame *idt_nmi_arrived(struct trap_frame *frame, uint32_t swapped)
{
	struct cpu *cpu = this_cpu();

	if (cpu->nmi_running || is_leaving(cpu, frame)) {
		note(cpu, frame);
		return NULL;
	}
	cpu->nmi_running = 1;
	cpu->nmi_swap = swapped;
	cpu->nmi_frame = copy_off_ist(cpu, frame);
	return cpu->nmi_frame;
}

/* Entry code has moved the frame to the task's stack already. */
void idt_nmi_from_user(struct trap_frame *frame)
{
	struct cpu *cpu = this_cpu();

	cpu->nmi_running = 1;
	cpu->nmi_swap = 1;
	cpu->nmi_frame = frame;
}

void idt_nmi_run(struct trap_frame *frame)
{
	struct cpu *cpu = this_cpu();
	unsigned work = FT_WORK_FRAME | FT_WORK_NMI_COPY | FT_WORK_CAUSE;
	struct idt_shift shift;
	struct idt_cause cause; /* of an interrupted #PF or #DB that has not read it yet */

	idt_shift(cpu, frame, &shift);
	idt_keep_cause(&cause);
	work |= frame_from_user(frame) ? FT_WORK_SWAPGS : FT_WORK_PARANOID | FT_WORK_IST_SHIFT;
	work |= FT_WORK_POLL;
	if (cpu->nmi_noted)
		work |= FT_WORK_NMI_REPEAT;
	cpu->nmi_noted = 0;
	if (!frame_type(frame))
		idt_fill_frame(frame);
	frame->data = nmi_ask(true); /* one NMI may stand for several: ask all senders */
	event_enter(frame, work);
	handle_nmi(frame);
	idt_restore_cause(&cause);
	event_leave(frame, idt_leaving(frame, work & (FT_WORK_SWAPGS | FT_WORK_PARANOID |
						      FT_WORK_IST_SHIFT)));
	idt_unshift(cpu, &shift);
}
