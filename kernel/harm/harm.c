/* SPDX-License-Identifier: MIT */
/*
 * What is looked at: whose GS a handler got, an NMI handled inside another, the frame that is
 * popped against the one that was pushed, and the stack that was interrupted. The last is kept
 * and put back, since an event may begin again on top of it (an IST rewinds).
 */
#include "harm.h"
#include "kernel/cpu.h"
#include "kernel/task.h"
#include "kernel/library.h"
#include "kernel/copy_user.h"
#include "kernel/schedule.h"

#define KEPT_BYTES 4096

bool harm_wanted;

/* By task slot and nesting; [0] is unused, as in struct nest. */
static struct open_event open_events[TASKS][NEST_DEPTH + 1];

/* By nesting: the used part of an event stack that was interrupted. No task is switched there. */
static struct kept {
	uint64_t from, length;	 /* length 0: nothing is kept */
	uint64_t returns, where; /* the event that is returning by a frame in it, or 0 */
	uint8_t bytes[KEPT_BYTES];
} kept[NEST_DEPTH + 1];

/* The event that was left last, and what is being popped since: entry code still needs that. */
static struct {
	const struct trap_frame *at;
	uint64_t event, popped[7]; /* from RIP on */
} left;

/* A frame that was overwritten before its event could be entered: told when it is. */
static uint64_t overwritten;

static struct {
	uint64_t rip, data;
} expected;

void harm_watch(bool on)
{
	harm_wanted = on;
	overwritten = 0;
	expected.rip = 0;
	left.at = NULL;
}

struct open_event *harm_open(unsigned *depth)
{
	struct task *task = this_cpu_without_gs()->current;

	*depth = nest_slot(&task->nest);
	return open_events[task - tasks];
}

void harm_note(unsigned harm, uint64_t where, uint64_t value)
{
	unsigned depth;
	const struct open_event *open = harm_open(&depth);

	trace_harm(harm, depth ? open[depth].event : 0, where, value);
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
	/* An event that was met on its way here has the number of one before it in its place */
	for (unsigned i = depth - 1; i > 0; i--)
		if (open[i].event == nest->open[i].event &&
		    frame_type(&open[i].pushed) == EVENT_NMI && !(open[i].work & FT_WORK_NMI_LATCH))
			trace_harm(FT_HARM_NESTED_NMI, open[i].event, open[i].pushed.where, 0);
}

/* The top of the event stack that this address lies on; 0: on none. */
static uint64_t event_stack_of(const struct cpu *cpu, uint64_t address)
{
	for (unsigned n = 1; n < EVENT_STACKS; n++) {
		uint64_t top = event_stack_top(cpu->id, n);

		if (address < top && address >= top - STACK_SIZE)
			return top;
	}
	return 0;
}

/* In this stretch lies the frame that the event left last returns by. */
static bool is_being_popped(const struct kept *keep)
{
	uint64_t at = (uint64_t)&left.at->rip;

	return left.at && at >= keep->from &&
	       at + sizeof(left.popped) <= keep->from + keep->length &&
	       memcmp(keep->bytes + (at - keep->from), left.popped, sizeof(left.popped)) == 0;
}

static void keep_interrupted(const struct cpu *cpu, const struct trap_frame *frame,
			     struct kept *keep)
{
	uint64_t top = frame_from_user(frame) ? 0 : event_stack_of(cpu, frame->rsp);

	keep->length = 0;
	/* Our own frame on top of it: too late, the stack began again (see idt/naive.c) */
	if (!top ||
	    (event_stack_of(cpu, (uint64_t)frame) == top && frame->rsp < (uint64_t)(frame + 1)))
		return;
	keep->length = top - frame->rsp < KEPT_BYTES ? top - frame->rsp : KEPT_BYTES;
	keep->from = top - keep->length;
	memcpy(keep->bytes, (const void *)keep->from, keep->length);
	keep->returns = is_being_popped(keep) ? left.event : 0;
	keep->where = (uint64_t)&left.at->error;
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
	struct open_event *open = harm_open(&depth);

	open[depth] = (struct open_event){.at = frame,
					  .pushed = *frame,
					  .rip = frame->rip,
					  .rflags = frame->rflags,
					  .event = cpu->current->nest.open[depth].event,
					  .gs = rdmsr(MSR_GS_BASE),
					  .work = work};
	keep_interrupted(cpu, frame, &kept[depth]);
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

static void check_interrupted(const struct open_event *open, unsigned depth, struct kept *keep)
{
	const uint8_t *now = (const uint8_t *)keep->from;

	for (uint64_t i = keep->length; i-- > 0;) {
		if (now[i] == keep->bytes[i])
			continue;
		blame(open, depth - 1, keep, keep->from + i);
		memcpy((void *)keep->from, keep->bytes, keep->length);
		break;
	}
	keep->length = 0;
}

/* Back to where? As a handler wanted it, if one edited the frame. */
static void note_edited(struct open_event *open, unsigned depth)
{
	const struct nest *nest = &this_cpu_without_gs()->current->nest;

	if (!nest->open[depth].edited)
		return;
	open->rip = nest->open[depth].rip;
	open->rflags = nest->open[depth].rflags;
}

void harm_abandon(const struct trap_frame *frame)
{
	struct cpu *cpu = this_cpu_without_gs();
	unsigned depth;
	struct open_event *open = harm_open(&depth);
	uint64_t stack = event_stack_of(cpu, (uint64_t)frame);

	trace_harm(FT_HARM_CLOBBERED, open[depth].event, open[depth].pushed.where, frame->rip);
	/* Not on the stack that we run on: that begins again */
	if (kept[depth].length && event_stack_of(cpu, kept[depth].from) != stack)
		check_interrupted(open, depth, &kept[depth]);
	note_edited(&open[depth], depth);
	trace_exit(open[depth].at, 0);
}

void harm_mend(uint64_t *word, uint64_t value)
{
	unsigned depth;
	struct kept *keep;

	harm_open(&depth);
	keep = &kept[depth];
	*word = value;
	if ((uint64_t)word - keep->from < keep->length)
		memcpy(&keep->bytes[(uint64_t)word - keep->from], word, sizeof(*word));
}

/* Last thing in an event: where it came with ring 3's GS, entry code finds that again. */
void harm_exit(struct trap_frame *frame, unsigned work)
{
	struct cpu *cpu = this_cpu_without_gs();
	unsigned depth;
	struct open_event *open = harm_open(&depth);
	uint64_t gs = open[depth].gs;

	check_frame(&open[depth], frame, cpu->current->nest.open[depth].edited);
	check_interrupted(open, depth, &kept[depth]);
	left.at = frame;
	left.event = open[depth].event;
	memcpy(left.popped, &frame->rip, sizeof(left.popped));
	trace_exit(frame, work);
	if (gs != (uint64_t)cpu)
		wrmsr(MSR_GS_BASE, gs);
}

void harm_expect_cause(uint64_t rip, uint64_t data)
{
	expected.data = data;
	expected.rip = rip;
}

void harm_check_cause(struct trap_frame *frame)
{
	if (!expected.rip || frame->rip != expected.rip)
		return;
	expected.rip = 0;
	if (frame->data == expected.data)
		return;
	harm_note(FT_HARM_CAUSE, frame->where, frame->data);
	frame->data = expected.data;
	frame_edited(frame, offsetof(struct trap_frame, data));
}
