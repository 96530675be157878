/* SPDX-License-Identifier: MIT */
/*
 * The ring. Space is reserved by one compare-and-exchange, so that an NMI between
 * any two instructions finds it whole; a record is committed by its first word,
 * written last. Nothing here trusts GS: a naive kernel may run with the user's.
 */
#include "trace.h"
#include "kernel/cpu.h"
#include "kernel/delivery.h"
#include "kernel/frame.h"
#include "kernel/options.h"
#include "ring.h"
#include "kernel/task.h"
#include "kernel/library.h"

struct ft_ring trace_rings[CPUS];
bool trace_on;
static unsigned flags;		   /* enum ft_flags of the delivery in force */
static volatile uint32_t injected; /* bit v: the next event with vector v was asked for */
static uint64_t time_zero;	   /* firmware and GRUB take a different time each boot */

void trace_set(bool on)
{
	if (!time_zero)
		time_zero = rdtsc();
	trace_on = on && options.trace != TRACE_NONE;
}

/* A slot to fill, its sequence in *sequence; NULL: the ring is full, and the loss is counted. */
static struct ft_record *reserve(struct ft_ring *ring, uint64_t *sequence)
{
	uint64_t head = __atomic_load_n(&ring->head, __ATOMIC_RELAXED);

	do {
		if (head - ring->tail >= RING_RECORDS) {
			__atomic_fetch_add(&ring->lost, 1, __ATOMIC_RELAXED);
			return NULL;
		}
	} while (!__atomic_compare_exchange_n(&ring->head, &head, head + 1, false, __ATOMIC_RELAXED,
					      __ATOMIC_RELAXED));
	*sequence = head;
	return &ring->slot[head % RING_RECORDS];
}

static void commit(struct ft_record *record, uint64_t sequence)
{
	__atomic_store_n(&record->word[FT_COMMIT], sequence + 1, __ATOMIC_RELEASE);
}

static unsigned nmi_state(const struct cpu *cpu)
{
	if (cpu->nmi_observed)
		return (cpu->softcpu_status & 3) | FT_NMI_OBSERVED;
	return cpu->nmi_blocked ? FT_NMI_BLOCKED : 0;
}

static unsigned stack_of(const struct cpu *cpu, uint64_t address)
{
	uint64_t n = (address - STACKS_BASE) / STACK_STRIDE;

	if (address < USER_END)
		return FT_STACK_USER;
	if (address < STACKS_BASE || address >= LAZY_BASE)
		return address >= KERNEL_BASE ? FT_STACK_BOOT : FT_STACK_UNKNOWN;
	return n >= TASK_STACKS ? FT_STACK_TASK : (unsigned)(n - cpu->id * 8);
}

/* The words that every record has. */
static struct ft_record *begin(struct cpu *cpu, unsigned kind, unsigned depth, unsigned stack,
			       uint32_t aux, uint64_t *sequence)
{
	struct ft_ring *ring = &trace_rings[cpu->id];
	struct ft_record *record = trace_on ? reserve(ring, sequence) : NULL;
	uint64_t lost = 0;

	if (!record)
		return NULL;
	if (ring->lost)
		lost = __atomic_exchange_n(&ring->lost, 0, __ATOMIC_RELAXED);
	ring->lost_total += lost;
	record->word[FT_COMMIT] = 0;
	record->word[FT_TSC] = rdtsc() - time_zero;
	if (depth > UINT8_MAX)
		depth = UINT8_MAX;
	record->word[FT_META] = FT_META(kind, cpu->id, cpu->current ? cpu->current->id : 0, depth,
					stack, nmi_state(cpu), flags);
	record->word[FT_AUX] = aux | (lost > UINT32_MAX ? UINT32_MAX : lost) << 32;
	return record;
}

static void copy_frame(struct ft_record *record, const struct trap_frame *frame)
{
	/* Becomes sixteen MOVs: a call or a loop would be the dearest part of a record */
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
	bool unblocks = flags & FT_FLAG_FRED ? (frame->ss & FRAME_SS_NMI) != 0 : iret;

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

	if (!trace_on)
		return;
	infer_entry(cpu, frame, work);
	nest->depth++;
	slot = nest_slot(nest);
	nest->open[slot].edited = 0;
	record = begin(cpu, FT_ENTRY, nest->depth, stack_of(cpu, frame->where), work, &sequence);
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
	commit(record, sequence);
}

void trace_exit(struct trap_frame *frame, unsigned work)
{
	struct cpu *cpu = this_cpu_without_gs();
	struct nest *nest = &cpu->current->nest;
	unsigned slot = nest_slot(nest);
	struct ft_record *record;
	uint64_t sequence;

	if (!trace_on)
		return;
	record = begin(cpu, FT_EXIT, nest->depth, stack_of(cpu, frame->where), work, &sequence);
	if (record) {
		record->word[FT_WHERE] = frame->where;
		record->word[FT_GSBASE] = rdmsr(MSR_GS_BASE);
		record->word[FT_EVENT] = nest->open[slot].event;
		record->word[FT_VALUE] = nest->open[slot].edited;
		copy_frame(record, frame);
		commit(record, sequence);
	}
	infer_exit(cpu, frame, work);
	if (slot < NEST_DEPTH)
		nest->open[slot].event = NEST_NO_EVENT; /* until the next is recorded here */
	if (nest->depth)
		nest->depth--;
}

/* A record without a frame, whose words the text takes; event is a number, or 0. */
static void plain_of(uint64_t event, unsigned kind, unsigned stack, uint32_t aux, uint64_t where,
		     uint64_t value, const char *text)
{
	struct cpu *cpu = this_cpu_without_gs();
	unsigned depth = cpu->current ? cpu->current->nest.depth : 0;
	uint64_t sequence;
	struct ft_record *record = begin(cpu, kind, depth, stack, aux, &sequence);

	if (!record)
		return;
	record->word[FT_WHERE] = where;
	record->word[FT_GSBASE] = 0;
	record->word[FT_EVENT] = event;
	record->word[FT_VALUE] = value;
	memset(&record->word[FT_FRAME], 0, FT_TEXT_BYTES);
	for (unsigned i = 0; text && text[i] && i < FT_TEXT_BYTES; i++)
		((char *)&record->word[FT_FRAME])[i] = text[i];
	commit(record, sequence);
}

static void plain(unsigned kind, unsigned stack, uint32_t aux, uint64_t where, uint64_t value,
		  const char *text)
{
	plain_of(0, kind, stack, aux, where, value, text);
}

void trace_harm(unsigned harm, uint64_t event, uint64_t where, uint64_t value)
{
	plain_of(event, FT_HARM, 0, harm, where, value, NULL);
}

void trace_run(const char *workload, uint64_t run)
{
	flags = delivery->run_flags & 0xf;
	plain(FT_RUN, 0, 0, 0, run, workload);
}

void trace_info(const char *key, const char *value)
{
	char text[FT_TEXT_BYTES];
	unsigned at = 0;

	for (; *key && at < sizeof(text) - 1; key++)
		text[at++] = *key;
	text[at++] = '=';
	do {
		while (*value && at < sizeof(text))
			text[at++] = *value++;
		if (at < sizeof(text))
			text[at] = 0;
		plain(FT_INFO, 0, *value != 0, 0, 0, text);
		at = 0;
	} while (*value);
}

void trace_task(const struct task *task)
{
	plain(FT_TASK, 0, 0, 0, task->id, task->name);
}

void trace_stack(unsigned task, unsigned stack, uint64_t lowest, uint64_t size)
{
	plain(FT_STACK, stack, task, lowest, size, NULL);
}

void trace_mark(uint64_t step, const char *text)
{
	plain(FT_MARK, 0, 0, 0, step, text);
}

void trace_result(unsigned step, uint64_t value)
{
	plain(FT_RESULT, 0, step, 0, value, NULL);
}

void trace_switch(const struct task *from, const struct task *to)
{
	(void)from; /* the record's own task field */
	plain(FT_SWITCH, 0, 0, 0, to->id, NULL);
}

void trace_end(uint64_t code)
{
	plain(FT_END, 0, 0, 0, code, NULL);
	trace_drain();
}
