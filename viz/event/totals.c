/* SPDX-License-Identifier: MIT */
#include "totals.h"

#define AT(member) offsetof(struct totals, member)

const struct totals_name totals_names[] = {
	{"events", "events", AT(events)},
	{"deepest", "deepest nesting", AT(deepest)},
	{"stack_switches", "entries on event stacks", AT(stack_switches)},
	{"task_switches", "task switches", AT(task_switches)},
	{"nmis", "NMIs", AT(nmis)},
	{"nested_nmis", "NMIs inside an NMI", AT(nested_nmis)},
	{"nmi_windows", "spans with NMIs blocked", AT(nmi_windows)},
	{"held_back", "spans in which an NMI waited", AT(held_back)},
	{"clobbered", "frames clobbered", AT(clobbered)},
	{"unreturned", "events without return", AT(unreturned)},
	{"gaps", "gaps", AT(gaps)},
	{"lost", "records lost", AT(lost)},
	{"with_work", "events with software work", AT(with_work)},
};
const size_t totals_count = sizeof(totals_names) / sizeof(totals_names[0]);

_Static_assert(sizeof(totals_names) / sizeof(totals_names[0]) == AT(work) / sizeof(uint64_t),
	       "each number before work and harm has a name");

uint64_t *totals_number(struct totals *t, size_t index)
{
	return (uint64_t *)((char *)t + totals_names[index].offset);
}

uint64_t *totals_harm(struct totals *t, uint64_t harm)
{
	return &t->harm[harm < TOTALS_HARMS ? harm : 0];
}

static void count_work(struct totals *t, unsigned work, unsigned before)
{
	t->with_work += work && !before;
	for (unsigned b = 0; b < TOTALS_WORKS; b++)
		t->work[b] += (work & ~before) >> b & 1;
}

void totals_event(struct totals *t, const struct event *e, const struct digest *d)
{
	if (e->gap) {
		t->gaps++;
		t->lost += e->lost > 0 ? (uint64_t)e->lost : 0;
		return;
	}
	t->events++;
	t->deepest = d->depth > t->deepest ? d->depth : t->deepest;
	t->nmis += d->type == TYPE_NMI;
	t->nested_nmis += d->type == TYPE_NMI && e->in_nmi;
	t->clobbered += d->clobbered != 0;
	t->unreturned += !(d->flags & DIGEST_EXITED);
	/* A switch: the event's frame went to a dedicated stack. */
	t->stack_switches += d->stack >= FT_STACK_EVENT1 && d->stack <= FT_STACK_EVENT4;
	if (d->work)
		count_work(t, d->work, 0);
}

void totals_late_exit(struct totals *t, const struct event *e, uint32_t before)
{
	t->unreturned -= t->unreturned > 0;
	t->clobbered += event_clobbered(e) != 0;
	count_work(t, e->exit_work | before, before);
}

void cost_event(struct cost *c, const struct event *e)
{
	unsigned work = e->work | e->exit_work;

	c->fred = e->flags & FT_FLAG_FRED;
	c->type = e->type;
	c->vector = e->vector;
	c->events++;
	c->work += (uint64_t)__builtin_popcount(work);
	if (!e->entered || !e->exited || e->exit_tsc < e->tsc)
		return;
	uint64_t ticks = e->exit_tsc - e->tsc;

	c->least = !c->returned || ticks < c->least ? ticks : c->least;
	c->most = ticks > c->most ? ticks : c->most;
	c->ticks += ticks;
	c->returned++;
}
