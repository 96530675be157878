/* SPDX-License-Identifier: MIT */
/*
 * Chrome trace JSON, which ui.perfetto.dev opens: one process per run, one thread per task, and
 * one for the workload's steps. Events that interrupt others lie below them. Times are
 * ticks of the guest, shown as nanoseconds.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "event/names.h"
#include "export.h"

#define STEPS_THREAD 1000000 /* behind all tasks */

struct perfetto {
	struct export *x;
	const struct run *run;
	bool any; /* an object stands before the next one */
};

/* Begins an object of the list; time in microseconds, as the format wants it. */
static void begin(struct perfetto *p, const char *phase, uint64_t task)
{
	fprintf(p->x->out, "%s\n{\"ph\":\"%s\",\"pid\":%" PRId64 ",\"tid\":%" PRIu64,
		p->any ? "," : "", phase, p->run->id, task);
	p->any = true;
}

static void put_time(struct perfetto *p, const char *name, uint64_t ticks)
{
	fprintf(p->x->out, ",\"%s\":%" PRIu64 ".%03u", name, ticks / 1000,
		(unsigned)(ticks % 1000));
}

static void put_text(struct perfetto *p, const char *name, const char *text)
{
	fprintf(p->x->out, ",\"%s\":\"", name);
	export_json_text(p->x->out, text);
	fputc('"', p->x->out);
}

static void name_thread(struct perfetto *p, const char *what, uint64_t task, const char *text)
{
	begin(p, "M", task);
	put_text(p, "name", what);
	fputs(",\"args\":{\"name\":\"", p->x->out);
	export_json_text(p->x->out, text);
	fputs("\"}}", p->x->out);
}

static void put_arguments(struct perfetto *p, const struct event *e, const struct symbol *symbol)
{
	FILE *out = p->x->out;

	fprintf(out, ",\"args\":{\"n\":%" PRIu64 ",\"depth\":%u,\"rip\":\"0x%" PRIx64 "\"", e->n,
		e->depth, event_rip(e));
	fprintf(out, ",\"stack\":\"%s\",\"nmi_blocked\":%s,\"clobbered\":%s", name_stack(e->stack),
		e->nmi & FT_NMI_BLOCKED ? "true" : "false", event_clobbered(e) ? "true" : "false");
	put_text(p, "function", symbol->function);
	fputs("}}", out);
}

static bool put_event(void *ctx, const struct event *e, const struct symbol *symbol)
{
	struct perfetto *p = ctx;
	char name[NAME_MAX_BYTES];
	bool whole = e->entered && e->exited && e->exit_tsc >= e->tsc;

	if (e->gap)
		return true;
	/* What did not return has no length */
	begin(p, whole ? "X" : "i", e->task);
	put_text(p, "name", name_event(e->type, e->vector, name));
	put_text(p, "cat", e->flags & FT_FLAG_FRED ? "fred" : "idt");
	put_time(p, "ts", event_time(e));
	if (whole)
		put_time(p, "dur", e->exit_tsc - e->tsc);
	put_arguments(p, e, symbol);
	return true;
}

static bool put_threads(struct perfetto *p)
{
	struct store_task *task;
	char text[2 * RUN_TEXT + 64];
	int count = store_tasks(p->x->store, p->run->id, &task);

	if (count < 0)
		return false;
	snprintf(text, sizeof(text), "run %" PRId64 ": %s %s %s", p->run->id, p->run->workload,
		 name_delivery(p->run->options), name_variant(p->run->options));
	name_thread(p, "process_name", 0, text);
	for (int i = 0; i < count; i++)
		name_thread(p, "thread_name", task[i].task, task[i].name);
	name_thread(p, "thread_name", STEPS_THREAD, "steps");
	free(task);
	return true;
}

static bool put_steps(struct perfetto *p)
{
	struct store_step *step;
	int count = store_steps(p->x->store, p->run, &step);

	for (int i = 1; i < count; i++) {
		uint64_t end = i + 1 < count ? step[i + 1].tsc : p->run->end_tsc;

		begin(p, "X", STEPS_THREAD);
		put_text(p, "name", step[i].text);
		put_time(p, "ts", step[i].tsc);
		put_time(p, "dur", end > step[i].tsc ? end - step[i].tsc : 0);
		fputs(",\"args\":{}}", p->x->out);
	}
	free(step);
	return count >= 0;
}

bool export_perfetto(struct export *x)
{
	struct perfetto p = {.x = x};

	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", x->out);
	for (int i = 0; i < x->count; i++) {
		p.run = &x->runs[i];
		if (!put_threads(&p) || !put_steps(&p) || !export_events(x, p.run, put_event, &p))
			return false;
	}
	fputs("\n]}\n", x->out);
	return true;
}
