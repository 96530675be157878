/* SPDX-License-Identifier: MIT */
/*
 * The ledger: copies of what an event came with and of the stack that it interrupted. An event may
 * begin again on top of either (an IST rewinds).
 */
#include "ledger.h"
#include "kernel/cpu.h"
#include "kernel/library.h"
#include "kernel/schedule.h"
#include "kernel/trace/record.h"

/* By task slot and nesting; [0] is unused, as in struct nest. */
static struct open_event open_events[TASKS][NEST_DEPTH + 1];

/* By nesting alone: no task is switched on an event stack. */
static struct kept kept[NEST_DEPTH + 1];

/* The event that was left last, and what is being popped since: entry code still needs that. */
static struct {
	const struct trap_frame *at;
	uint64_t event, popped[7]; /* from RIP on */
} left;

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

struct kept *ledger_kept(unsigned depth)
{
	return &kept[depth];
}

/* In this stretch lies the frame that the event left last returns by. */
static bool is_being_popped(const struct kept *keep)
{
	uint64_t at = (uint64_t)&left.at->rip;

	return left.at && at >= keep->from &&
	       at + sizeof(left.popped) <= keep->from + keep->length &&
	       memcmp(keep->bytes + (at - keep->from), left.popped, sizeof(left.popped)) == 0;
}

/* The used part of the event stack that was interrupted. */
static void keep_interrupted(const struct cpu *cpu, const struct trap_frame *frame,
			     struct kept *keep)
{
	unsigned n = frame_from_user(frame) ? 0 : event_stack_of(cpu, frame->rsp);
	uint64_t top = event_stack_top(cpu->id, n);

	keep->length = 0;
	/* Our own frame on top of it: too late, the stack began again (see idt/naive.c) */
	if (!n || (event_stack_of(cpu, (uint64_t)frame) == n && frame->rsp < (uint64_t)(frame + 1)))
		return;
	keep->length = top - frame->rsp < KEPT_BYTES ? top - frame->rsp : KEPT_BYTES;
	keep->from = top - keep->length;
	memcpy(keep->bytes, (const void *)keep->from, keep->length);
	keep->returns = is_being_popped(keep) ? left.event : 0;
	keep->where = (uint64_t)&left.at->error;
}

void ledger_enter(struct trap_frame *frame, unsigned work)
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
}

void ledger_leave(const struct trap_frame *frame, uint64_t event)
{
	left.at = frame;
	left.event = event;
	memcpy(left.popped, &frame->rip, sizeof(left.popped));
}

void ledger_forget_left(void)
{
	left.at = NULL;
}

uint64_t ledger_put_back(const struct kept *keep)
{
	const uint8_t *now = (const uint8_t *)keep->from;

	for (uint64_t i = keep->length; i-- > 0;) {
		if (now[i] == keep->bytes[i])
			continue;
		memcpy((void *)keep->from, keep->bytes, keep->length);
		return keep->from + i;
	}
	return 0;
}

void ledger_note_edits(struct open_event *open, unsigned depth)
{
	const struct nest *nest = &this_cpu_without_gs()->current->nest;

	if (!nest->open[depth].edited)
		return;
	open->rip = nest->open[depth].rip;
	open->rflags = nest->open[depth].rflags;
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
