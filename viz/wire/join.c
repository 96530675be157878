/* SPDX-License-Identifier: MIT */
#include "join.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nest.h"
#include "talk/text.h"

#define PREAMBLE_MAX 1024
#define TEXT_MAX     4096

int join_init(struct join *j, const struct sink *sink, void *ctx)
{
	memset(j, 0, sizeof(*j));
	j->sink = sink;
	j->ctx = ctx;
	pending_init(&j->pending);
	j->window = calloc(JOIN_WINDOW, sizeof(*j->window));
	j->preamble = calloc(PREAMBLE_MAX, sizeof(*j->preamble));
	j->text = calloc(1, TEXT_MAX);
	if (j->window && j->preamble && j->text)
		return 0;
	join_free(j);
	return -1;
}

void join_free(struct join *j)
{
	join_forget_tasks(j);
	free(j->window);
	free(j->preamble);
	free(j->text);
	pending_free(&j->pending);
	memset(j, 0, sizeof(*j));
}

static struct event *slot(struct join *j, uint64_t n)
{
	return &j->window[n % JOIN_WINDOW];
}

static int hand_over(struct join *j)
{
	return j->sink->event(j->ctx, slot(j, j->first_n++));
}

/* Hand over what is whole, in order; an open event holds back those after it. */
static int hand_over_whole(struct join *j)
{
	int error = 0;

	while (!error && j->first_n <= j->n) {
		const struct event *e = slot(j, j->first_n);

		if (!e->gap && e->entered && !e->exited)
			break;
		error = hand_over(j);
	}
	return error;
}

int join_flush(struct join *j)
{
	int error = 0;

	while (!error && j->in_run && j->first_n <= j->n)
		error = hand_over(j);
	return error;
}

/* A fresh row at the end of the window; the oldest leaves when it is full. */
static struct event *new_row(struct join *j, int *error)
{
	*error = 0;
	if (j->n + 1 - j->first_n == JOIN_WINDOW)
		*error = hand_over(j);
	struct event *e = slot(j, ++j->n);

	memset(e, 0, sizeof(*e));
	e->n = j->n;
	e->step = j->step;
	return e;
}

static void mark_incomplete(struct join *j, const char *why)
{
	if (!j->run.incomplete[0])
		snprintf(j->run.incomplete, sizeof(j->run.incomplete), "%s", why);
}

static int end_run(struct join *j, const char *why)
{
	int error = join_flush(j);

	if (!j->in_run)
		return 0;
	j->in_run = false;
	if (!j->run.ended)
		mark_incomplete(j, why);
	for (unsigned cpu = 0; cpu < 256 && !error; cpu++) {
		if (!j->nmi_open[cpu])
			continue;
		j->nmi_open[cpu] = false;
		error = j->sink->window(j->ctx, &j->nmi[cpu]);
	}
	pending_clear(&j->pending);
	join_forget_tasks(j);
	j->text_used = 0;
	return error ? error : j->sink->end(j->ctx, &j->run);
}

static int other_record(struct join *j, const struct ft_record *record);

static int begin_run(struct join *j, const struct ft_record *record)
{
	int error = end_run(j, "the next run began before this one ended");

	if (error)
		return error;
	memset(&j->run, 0, sizeof(j->run));
	j->in_run = true;
	j->gap_waits = false;
	j->step = 0;
	j->n = 0;
	j->first_n = 1;
	j->runs++;
	if (record) {
		j->run.options = record->word[FT_VALUE];
		j->run.begin_tsc = j->run.end_tsc = record->word[FT_TSC];
		text_clean(j->run.workload, sizeof(j->run.workload),
			   (const char *)&record->word[FT_FRAME], FT_TEXT_BYTES);
	} else {
		mark_incomplete(j, "the beginning of the run is missing");
	}
	error = j->sink->begin(j->ctx, &j->run);
	for (unsigned i = 0; i < j->preamble_count && !error; i++)
		error = other_record(j, &j->preamble[i]);
	/* What was recorded before the first run holds for the whole boot. */
	if (j->runs == 1)
		j->preamble_kept = j->preamble_count;
	j->preamble_count = j->preamble_kept;
	return error;
}

/* What both halves of an event share, from either record */
static void take_place(struct event *e, const uint64_t *word)
{
	uint64_t meta = word[FT_META];

	e->cpu = (uint8_t)FT_META_CPU(meta);
	e->task = (uint16_t)FT_META_TASK(meta);
	e->depth = (uint8_t)FT_META_DEPTH(meta);
	e->stack = (uint8_t)FT_META_STACK(meta);
	e->flags = (uint8_t)FT_META_FLAGS(meta);
	e->type = frame_type(word + FT_FRAME);
	e->vector = frame_vector(word + FT_FRAME);
}

static int take_entry(struct join *j, const struct ft_record *record)
{
	const uint64_t *word = record->word;
	int error;
	struct event *e = new_row(j, &error);

	if (error)
		return error;
	take_place(e, word);
	e->entered = true;
	e->nmi = (uint8_t)FT_META_NMI(word[FT_META]);
	e->seq = word[FT_COMMIT] - 1;
	e->tsc = word[FT_TSC];
	e->address = word[FT_WHERE];
	e->gsbase = word[FT_GSBASE];
	e->cr2 = word[FT_VALUE];
	e->work = (uint32_t)word[FT_AUX];
	memcpy(e->frame, word + FT_FRAME, sizeof(e->frame));
	join_find_parent(j, e);
	join_note_open(j, e, e->n);
	pending_add(&j->pending, e->cpu, word[FT_EVENT], e->n);
	j->run.events++;
	return join_watch_nmi(j, e->cpu, e->nmi, e->type == TYPE_NMI, e->tsc, e->n);
}

static void fill_exit(struct event *e, const uint64_t *word)
{
	e->exited = true;
	e->exit_seq = word[FT_COMMIT] - 1;
	e->exit_tsc = word[FT_TSC];
	e->exit_nmi = (uint8_t)FT_META_NMI(word[FT_META]);
	e->exit_address = word[FT_WHERE];
	e->exit_gsbase = word[FT_GSBASE];
	e->exit_work = (uint32_t)word[FT_AUX];
	e->edited = (uint8_t)word[FT_VALUE];
	memcpy(e->exit_frame, word + FT_FRAME, sizeof(e->exit_frame));
	if (e->entered)
		event_compare(e);
}

static int take_exit(struct join *j, const struct ft_record *record)
{
	const uint64_t *word = record->word;
	uint64_t n = pending_take(&j->pending, FT_META_CPU(word[FT_META]), word[FT_EVENT]);
	struct event late, *e;
	int error = 0;

	if (n >= j->first_n && n) {
		e = slot(j, n);
		fill_exit(e, word);
	} else if (n) {
		e = &late;
		memset(e, 0, sizeof(*e));
		e->n = n;
		take_place(e, word);
		fill_exit(e, word);
		error = j->sink->late_exit(j->ctx, e);
	} else {
		e = new_row(j, &error);
		take_place(e, word);
		fill_exit(e, word);
		join_find_parent(j, e);
		j->run.events++;
	}
	join_note_open(j, e, 0);
	if (!error)
		error = join_watch_nmi(j, e->cpu, e->exit_nmi, false, e->exit_tsc, e->n);
	return error ? error : hand_over_whole(j);
}

/* FT_INFO with more to follow is collected; its last piece carries the whole text. */
static const char *collect_text(struct join *j, const struct ft_record *record, bool *whole)
{
	const char *piece = (const char *)&record->word[FT_FRAME];
	bool info = FT_META_KIND(record->word[FT_META]) == FT_INFO;

	if (!info)
		j->text_used = 0;
	j->text_used +=
		text_clean(j->text + j->text_used, TEXT_MAX - j->text_used, piece, FT_TEXT_BYTES);
	*whole = !info || !((uint32_t)record->word[FT_AUX] & 1);
	if (*whole)
		j->text_used = 0;
	return j->text;
}

static bool has_text(unsigned kind)
{
	return kind == FT_INFO || kind == FT_TASK || kind == FT_MARK || kind == FT_RUN;
}

static int other_record(struct join *j, const struct ft_record *record)
{
	const char *text = "";
	bool whole = true;

	if (has_text(FT_META_KIND(record->word[FT_META])))
		text = collect_text(j, record, &whole);
	if (FT_META_KIND(record->word[FT_META]) == FT_HARM) {
		uint64_t harmed = pending_find(&j->pending, FT_META_CPU(record->word[FT_META]),
					       record->word[FT_EVENT]);

		if (!record->word[FT_EVENT])
			harmed = j->n;
		return j->sink->record(j->ctx, record, text, harmed);
	}
	return whole ? j->sink->record(j->ctx, record, text, j->n) : 0;
}

/* A record outside any run: kept for the next one, or dropped. */
static void outside_run(struct join *j, const struct ft_record *record)
{
	unsigned kind = FT_META_KIND(record->word[FT_META]);

	if (kind != FT_INFO && kind != FT_TASK && kind != FT_STACK)
		return;
	if (j->preamble_count < PREAMBLE_MAX)
		j->preamble[j->preamble_count++] = *record;
}

static bool belongs_to_run(unsigned kind)
{
	return kind == FT_ENTRY || kind == FT_EXIT || kind == FT_MARK || kind == FT_END ||
	       kind == FT_RESULT;
}

static int gap_row(struct join *j, unsigned cpu, int64_t lost, const char *why);

/* The FT_RUN itself was lost: a run begins where its first known record lies. */
static int begin_without_head(struct join *j)
{
	int error = begin_run(j, NULL);

	return error ? error : gap_row(j, j->gap_cpu, j->gap_lost, "");
}

static int take_mark(struct join *j, const struct ft_record *record)
{
	bool whole;

	return j->sink->step(j->ctx, ++j->step, record->word[FT_VALUE],
			     collect_text(j, record, &whole), record->word[FT_TSC], j->n + 1);
}

int join_record(struct join *j, const struct ft_record *record)
{
	unsigned kind = FT_META_KIND(record->word[FT_META]);

	if (kind == FT_RUN)
		return begin_run(j, record);
	if (!j->in_run && !(j->gap_waits && belongs_to_run(kind))) {
		outside_run(j, record);
		return 0;
	}
	if (!j->in_run) {
		int error = begin_without_head(j);

		if (error)
			return error;
	}
	j->run.end_tsc = record->word[FT_TSC];
	if (!j->run.begin_tsc)
		j->run.begin_tsc = record->word[FT_TSC];
	switch (kind) {
	case FT_ENTRY: return take_entry(j, record);
	case FT_EXIT: return take_exit(j, record);
	case FT_MARK: return take_mark(j, record);
	case FT_END:
		j->run.ended = true;
		j->run.result = record->word[FT_VALUE];
		j->last_half = RUN_HALF(j->run.options);
		return end_run(j, "");
	default: return other_record(j, record);
	}
}

static int gap_row(struct join *j, unsigned cpu, int64_t lost, const char *why)
{
	int error;
	struct event *e = new_row(j, &error);

	mark_incomplete(j, why);
	e->gap = true;
	e->cpu = (uint8_t)cpu;
	e->lost = lost;
	j->run.gaps++;
	j->run.lost += lost > 0 ? (uint64_t)lost : 0;
	return error ? error : hand_over_whole(j);
}

int join_gap(struct join *j, unsigned cpu, int64_t lost, const char *why)
{
	if (j->in_run)
		return gap_row(j, cpu, lost, why);
	/* It may be that only what lies between two runs is lost: wait and see. */
	j->gap_waits = true;
	j->gap_cpu = cpu;
	j->gap_lost = lost;
	return 0;
}

int join_end(struct join *j, const char *why)
{
	return end_run(j, why);
}
