/* SPDX-License-Identifier: MIT */
/*
 * What is looked at: whose GS a handler got, an NMI handled inside another, the frame that is
 * popped against the one that was pushed, and the stack that was interrupted, which is put back.
 */
#include "harm.h"
#include "kernel/copy_user.h"
#include "kernel/cpu.h"
#include "kernel/nmi_source.h"
#include "kernel/task.h"
#include "kernel/trace/record.h"
#include "vector.h"

bool harm_wanted;

/* A frame that was overwritten before its event could be entered: told when it is. */
static uint64_t overwritten;

#define EXPECTED 2 /* an event, and one inside it */

static struct {
	uint64_t rip, data;
} expected[EXPECTED];

void harm_watch(bool on)
{
	harm_wanted = on;
	overwritten = 0;
	for (unsigned i = 0; i < EXPECTED; i++)
		expected[i].rip = 0;
	ledger_forget_left();
}

/* Ring 3's GS in ring 0: what per-CPU data would have been read; then the kernel's, for a while. */
static void check_gs(const struct cpu *cpu, const struct open_event *open)
{
	uint64_t word = 0;

	if (open->gs == (uint64_t)cpu)
		return;
	wrmsr(MSR_GS_BASE, (uint64_t)cpu);
	if (open->gs && open->gs < USER_END)
		copy_bytes_user(&word, (const void *)open->gs, sizeof(word));
	trace_harm(FT_HARM_GS, open->event, open->gs, word);
}

/* Its handler runs inside another's. One that is only noted, to run later, does no harm. */
static void check_nested_nmi(const struct open_event *open, unsigned depth)
{
	const struct nest *nest = &this_cpu_without_gs()->current->nest;

	if (frame_type(&open[depth].pushed) != EVENT_NMI || open[depth].work & FT_WORK_NMI_LATCH)
		return;
	/* If the event at depth i was interrupted between trace_entry() and harm_enter(), open[i]
	 * still holds an older event; the numbers differ: skip it. */
	for (unsigned i = depth - 1; i > 0; i--)
		if (open[i].event == nest->open[i].event &&
		    frame_type(&open[i].pushed) == EVENT_NMI && !(open[i].work & FT_WORK_NMI_LATCH))
			trace_harm(FT_HARM_NESTED_NMI, open[i].event, open[i].pushed.where, 0);
}

static bool in_frame(const struct trap_frame *at, uint64_t address)
{
	return address >= (uint64_t)at && address < (uint64_t)(at + 1);
}

/* From ring 3: if not on an event stack, then on the running task's own. */
static void check_stack(const struct cpu *cpu, const struct trap_frame *frame)
{
	uint64_t top = cpu->current->stack_top;

	if (frame_from_user(frame) && !event_stack_of(cpu, frame->where) &&
	    (frame->where >= top || frame->where < top - STACK_SIZE))
		harm_note(FT_HARM_STACK, frame->where, top);
}

/* Of an event whose frame was lost before it was entered, the number is known only now. */
static void tell_overwritten(const struct open_event *open)
{
	if (!overwritten || !in_frame(open->at, overwritten))
		return;
	trace_harm(FT_HARM_CLOBBERED, open->event, open->pushed.where, overwritten);
	overwritten = 0;
}

void harm_enter(struct trap_frame *frame, unsigned work)
{
	struct cpu *cpu = this_cpu_without_gs();
	unsigned depth;
	const struct open_event *open = harm_open(&depth);

	ledger_enter(frame, work);
	check_gs(cpu, &open[depth]);
	check_nested_nmi(open, depth);
	harm_check_vector(frame, work);
	harm_check_blocked(frame);
	check_stack(cpu, frame);
	tell_overwritten(&open[depth]);
}

/* A word that is not what was pushed, though no handler edited it. */
static void check_frame(const struct open_event *open, const struct trap_frame *frame,
			uint64_t edited)
{
	const uint64_t *pushed = (const uint64_t *)&open->pushed, *now = (const uint64_t *)frame;

	for (unsigned i = 0; i < 8; i++) {
		unsigned at = TF_ERROR / 8 + i;

		if (pushed[at] == now[at] || edited >> i & 1)
			continue;
		trace_harm(FT_HARM_CLOBBERED, open->event, frame->where, frame->rip);
		return;
	}
}

/* Whose frame the overwritten byte belongs to: an open event's, one's that returns, or one's that
 * is not yet entered. */
static void blame(const struct open_event *open, unsigned depth, const struct kept *keep,
		  uint64_t address)
{
	for (unsigned i = depth; i > 0; i--) {
		if (!in_frame(open[i].at, address))
			continue;
		trace_harm(FT_HARM_CLOBBERED, open[i].event, open[i].pushed.where, address);
		return;
	}
	if (keep->returns)
		trace_harm(FT_HARM_CLOBBERED, keep->returns, keep->where, address);
	else
		overwritten = address;
}

/* What the event at this depth had interrupted: put back, if it was overwritten. */
static void check_interrupted(const struct open_event *open, unsigned depth)
{
	struct kept *keep = ledger_kept(depth);
	uint64_t changed = ledger_put_back(keep);

	if (changed)
		blame(open, depth - 1, keep, changed);
	keep->length = 0;
}

struct trap_frame *harm_abandon(const struct trap_frame *by)
{
	struct cpu *cpu = this_cpu_without_gs();
	unsigned depth, stack = event_stack_of(cpu, (uint64_t)by);
	struct open_event *open = harm_open(&depth);

	trace_harm(FT_HARM_CLOBBERED, open[depth].event, open[depth].pushed.where, by->rip);
	/* Not on the stack that we run on: that begins again */
	if (event_stack_of(cpu, ledger_kept(depth)->from) != stack)
		check_interrupted(open, depth);
	ledger_note_edits(&open[depth], depth);
	return open[depth].at;
}

uint64_t harm_exit(struct trap_frame *frame)
{
	unsigned depth;
	struct open_event *open = harm_open(&depth);

	check_frame(&open[depth], frame, this_cpu_without_gs()->current->nest.open[depth].edited);
	check_interrupted(open, depth);
	ledger_leave(frame, open[depth].event);
	return open[depth].gs;
}

void harm_check_senders(void)
{
	uint64_t waiting = nmi_waiting();

	for (unsigned i = 0; i < NMI_SOURCES; i++)
		if (waiting >> i & 1)
			harm_note(FT_HARM_SOURCE, 0, i);
}

void harm_expect_cause(uint64_t rip, uint64_t data)
{
	unsigned i = 0;

	while (i < EXPECTED - 1 && expected[i].rip)
		i++;
	expected[i].data = data;
	expected[i].rip = rip;
}

void harm_check_cause(struct trap_frame *frame)
{
	unsigned i = 0;

	while (i < EXPECTED && expected[i].rip != frame->rip)
		i++;
	if (i == EXPECTED || !frame->rip)
		return;
	expected[i].rip = 0;
	if (frame->data == expected[i].data)
		return;
	harm_note(FT_HARM_CAUSE, frame->where, frame->data);
	frame->data = expected[i].data;
	frame_edited(frame, offsetof(struct trap_frame, data));
}
