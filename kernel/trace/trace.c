/* SPDX-License-Identifier: MIT */
/*
 * An event's two records. Nothing here trusts GS: a naive kernel may run with the user's.
 */
#include "trace.h"
#include "kernel/cpu.h"
#include "kernel/delivery.h"
#include "kernel/frame.h"
#include "kernel/library.h"
#include "kernel/options.h"
#include "kernel/task.h"
#include "ring.h"

bool trace_on;
static volatile uint32_t injected; /* bit v: the next event with vector v was asked for */

void trace_set(bool on)
{
	ring_start_clock();
	trace_on = on && options.trace != TRACE_NONE;
}

static void copy_frame(struct ft_record *record, const struct trap_frame *frame)
{
	/* Becomes sixteen MOVs: a call or a loop would be the most expensive part of a record */
	__builtin_memcpy(&record->word[FT_FRAME], &frame->error, 8 * sizeof(uint64_t));
}

/*
 * An NMI blocks NMIs; the CPU says so itself where softcpu is below. One that software runs
 * again, since it came inside another, blocks nothing: its own delivery is long over.
 */
static void infer_entry(struct cpu *cpu, const struct trap_frame *frame, unsigned work)
{
	if (frame_type(frame) == EVENT_NMI && !(work & FT_WORK_NMI_REPEAT))
		cpu->nmi_blocked = true;
}

/* IRET unblocks always, ERETS and ERETU by the frame's bit, SYSRET never (reference 4, 6.4). */
static void infer_exit(struct cpu *cpu, const struct trap_frame *frame, unsigned work)
{
	bool iret = frame_type(frame) != EVENT_OTHER && !(work & FT_WORK_NO_IRET);
	bool unblocks = ring_flags & FT_FLAG_FRED ? (frame->ss & FRAME_SS_NMI) != 0 : iret;

	if (unblocks)
		cpu->nmi_blocked = false;
}

void trace_injected(unsigned vector)
{
	injected |= 1u << vector;
}

/* Only NMIs and exceptions are injected; of an event from elsewhere nothing is forgotten. */
static uint64_t injected_flag(const struct trap_frame *frame)
{
	unsigned vector = frame_vector(frame);

	if (vector >= 32 || !(injected >> vector & 1))
		return 0;
	injected &= ~(1u << vector);
	return FT_META(0, 0, 0, 0, 0, 0, FT_FLAG_INJECTED);
}

void trace_entry(struct trap_frame *frame, unsigned work)
{
	struct cpu *cpu = this_cpu_without_gs();
	struct nest *nest = &cpu->current->nest;
	struct ft_record *record;
	unsigned slot;
	uint64_t sequence = 0;

	infer_entry(cpu, frame, work);
	nest->depth++;
	slot = nest_slot(nest);
	nest->open[slot].edited = 0;
	record = ring_begin(cpu, FT_ENTRY, nest->depth, stack_of(cpu, frame->where), work,
			    &sequence);
	nest->open[slot].event = sequence;
	if (!record)
		return;
	if (injected)
		record->word[FT_META] |= injected_flag(frame);
	record->word[FT_WHERE] = frame->where;
	record->word[FT_GSBASE] = rdmsr(MSR_GS_BASE);
	record->word[FT_EVENT] = sequence;
	record->word[FT_VALUE] = read_cr2();
	copy_frame(record, frame);
	ring_commit(record, sequence);
}

void trace_exit(struct trap_frame *frame, unsigned work)
{
	struct cpu *cpu = this_cpu_without_gs();
	struct nest *nest = &cpu->current->nest;
	unsigned slot = nest_slot(nest);
	struct ft_record *record;
	uint64_t sequence;

	record =
		ring_begin(cpu, FT_EXIT, nest->depth, stack_of(cpu, frame->where), work, &sequence);
	if (record) {
		record->word[FT_WHERE] = frame->where;
		record->word[FT_GSBASE] = rdmsr(MSR_GS_BASE);
		record->word[FT_EVENT] = nest->open[slot].event;
		record->word[FT_VALUE] = nest->open[slot].edited;
		copy_frame(record, frame);
		ring_commit(record, sequence);
	}
	infer_exit(cpu, frame, work);
	if (slot < NEST_DEPTH)
		nest->open[slot].event = NEST_NO_EVENT; /* until the next is recorded here */
	if (nest->depth)
		nest->depth--;
}
