/* SPDX-License-Identifier: MIT */
#include "nest.h"

#include <stdlib.h>
#include <string.h>

void join_forget_tasks(struct join *j)
{
	for (unsigned i = 0; i < 256; i++) {
		for (unsigned k = 0; j->tasks[i] && k < 256; k++)
			free(j->tasks[i][k]);
		free(j->tasks[i]);
		j->tasks[i] = NULL;
	}
}

static struct join_task *task_of(struct join *j, unsigned task)
{
	struct join_task ***page = &j->tasks[task >> 8], **slot;

	if (!*page)
		*page = calloc(256, sizeof(**page));
	if (!*page)
		return NULL;
	slot = &(*page)[task & 0xff];
	if (!*slot)
		*slot = calloc(1, sizeof(**slot));
	return *slot;
}

void join_find_parent(struct join *j, struct event *e)
{
	struct join_task *t = task_of(j, e->task);

	if (!t || e->depth < 2 || e->depth > JOIN_DEPTHS)
		return;
	e->parent = t->open[e->depth - 2];
	e->in_nmi = e->parent && t->in_nmi[e->depth - 2];
}

void join_note_open(struct join *j, const struct event *e, uint64_t n)
{
	struct join_task *t = task_of(j, e->task);

	if (!t || e->depth < 1 || e->depth > JOIN_DEPTHS)
		return;
	t->open[e->depth - 1] = n;
	t->in_nmi[e->depth - 1] = e->in_nmi || e->type == TYPE_NMI;
	for (unsigned d = e->depth; d < t->used; d++)
		t->open[d] = 0;
	t->used = e->depth;
}

/*
 * A span is known by its ends: an NMI was delivered (so none was blocked a moment ago,
 * even if no record fell into that moment), and the first record that says "open".
 */
int join_watch_nmi(struct join *j, unsigned cpu, unsigned nmi, bool delivered, uint64_t tsc,
		   uint64_t n)
{
	struct nmi_window *w = &j->nmi[cpu];
	bool blocked = nmi & FT_NMI_BLOCKED;

	if (delivered && j->nmi_open[cpu]) {
		w->closed = true;
		j->nmi_open[cpu] = false;
		int error = j->sink->window(j->ctx, w);

		if (error)
			return error;
	}
	if (blocked && !j->nmi_open[cpu]) {
		memset(w, 0, sizeof(*w));
		w->cpu = (uint8_t)cpu;
		w->from_n = n;
		w->from_tsc = tsc;
		w->observed = nmi & FT_NMI_OBSERVED;
		j->nmi_open[cpu] = true;
	}
	if (!j->nmi_open[cpu])
		return 0;
	w->to_tsc = tsc;
	w->pending |= (nmi & FT_NMI_PENDING) != 0;
	if (blocked) {
		w->to_n = j->n;
		return 0;
	}
	w->closed = true;
	j->nmi_open[cpu] = false;
	return j->sink->window(j->ctx, w);
}
