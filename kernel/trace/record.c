/* SPDX-License-Identifier: MIT */
/* Records without a frame. */
#include "record.h"
#include "kernel/library.h"
#include "kernel/task.h"
#include "ring.h"
#include "trace.h"

/* A record without a frame, whose words the text takes; event is a number, or 0. */
static void plain_of(uint64_t event, unsigned kind, unsigned stack, uint32_t aux, uint64_t where,
		     uint64_t value, const char *text)
{
	struct cpu *cpu = this_cpu_without_gs();
	unsigned depth = cpu->current ? cpu->current->nest.depth : 0;
	uint64_t sequence;
	struct ft_record *record;

	if (!trace_recording())
		return;
	record = ring_begin(cpu, kind, depth, stack, aux, &sequence);
	if (!record)
		return;
	record->word[FT_WHERE] = where;
	record->word[FT_GSBASE] = 0;
	record->word[FT_EVENT] = event;
	record->word[FT_VALUE] = value;
	memset(&record->word[FT_FRAME], 0, FT_TEXT_BYTES);
	for (unsigned i = 0; text && text[i] && i < FT_TEXT_BYTES; i++)
		((char *)&record->word[FT_FRAME])[i] = text[i];
	ring_commit(record, sequence);
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
	ring_flags = run & 0xf;
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
}
