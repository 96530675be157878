/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include <stdlib.h>
#include <string.h>

#include "talk/message.h"

uint64_t summary_mean(const struct cost *c)
{
	return c->returned ? c->ticks / c->returned : 0;
}

const char *summary_results(int same)
{
	return same > 0 ? "equal" : same == 0 ? "DIFFERENT" : "none recorded";
}

static struct summary_kind *find(struct summary *s, const struct cost *c)
{
	for (int i = 0; i < s->kinds; i++) {
		if (s->kind[i].type == c->type && s->kind[i].vector == c->vector)
			return &s->kind[i];
	}
	struct summary_kind *larger = realloc(s->kind, ((size_t)s->kinds + 1) * sizeof(*larger));

	if (!larger)
		return NULL;
	s->kind = larger;
	memset(&s->kind[s->kinds], 0, sizeof(*larger));
	s->kind[s->kinds].type = c->type;
	s->kind[s->kinds].vector = c->vector;
	return &s->kind[s->kinds++];
}

static bool add_costs(struct summary *s, int side, const struct cost *list, int count)
{
	for (int i = 0; i < count; i++) {
		struct summary_kind *k = find(s, &list[i]);

		if (!k)
			return false;
		k->cost[side] = list[i];
		if (summary_mean(&list[i]) > s->most_mean)
			s->most_mean = summary_mean(&list[i]);
	}
	return true;
}

static int by_ticks(const void *a, const void *b)
{
	const struct summary_kind *x = a, *y = b;
	uint64_t tx = x->cost[0].ticks + x->cost[1].ticks;
	uint64_t ty = y->cost[0].ticks + y->cost[1].ticks;

	if (tx != ty)
		return tx < ty ? 1 : -1;
	return x->type != y->type ? x->type - y->type : x->vector - y->vector;
}

bool summary_read(struct model *m, struct summary *s)
{
	bool good = true;

	memset(s, 0, sizeof(*s));
	s->same_results = -1;
	for (int side = 0; side < m->sides && good; side++) {
		struct cost *list;
		int count = store_costs(m->store, m->side[side].run.id, &list);

		good = store_totals(m->store, m->side[side].run.id, &s->totals[side]) &&
		       add_costs(s, side, list, count);
		free(list);
	}
	if (!good) {
		summary_free(s);
		fail("the summary could not be read, or memory is short");
		return false;
	}
	if (s->kinds)
		qsort(s->kind, (size_t)s->kinds, sizeof(*s->kind), by_ticks);
	if (m->sides == 2)
		s->same_results =
			store_same_results(m->store, m->side[0].run.id, m->side[1].run.id);
	return true;
}

void summary_free(struct summary *s)
{
	free(s->kind);
	memset(s, 0, sizeof(*s));
}
