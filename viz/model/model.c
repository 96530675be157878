/* SPDX-License-Identifier: MIT */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "talk/message.h"

static uint64_t *step_keys(const struct model_side *side)
{
	uint64_t *keys = malloc(((size_t)side->step_count + 1) * sizeof(*keys));

	/* Step 0, before the first mark, equals only its like. */
	for (int i = 0; keys && i < side->step_count; i++)
		keys[i] = i ? side->steps[i].value + 1 : 0;
	return keys;
}

static void take_step(struct model_step *to, int side, const struct store_step *from)
{
	to->here[side] = true;
	to->value = from->value;
	to->text = from->text;
	to->first[side] = from->first;
	to->last[side] = from->last;
}

static bool pair_steps(struct model *m)
{
	struct model_side *a = &m->side[0], *b = &m->side[1];
	uint64_t *ka = step_keys(a), *kb = m->sides == 2 ? step_keys(b) : NULL;
	struct alignment al = {0};
	bool good = ka && (kb || m->sides == 1) &&
		    align(ka, (size_t)a->step_count, kb, (size_t)b->step_count, 0, &al);

	free(ka);
	free(kb);
	m->step = good ? calloc(al.rows + 1, sizeof(*m->step)) : NULL;
	for (size_t i = 0; m->step && i < al.count; i++) {
		const struct align_segment *s = &al.segment[i];

		for (size_t j = 0; j < s->length; j++) {
			struct model_step *step = &m->step[m->steps++];

			/* A step that one side lacks begins there where the last one ended */
			step->first[0] = step->first[1] = 1;
			for (int side = 0; m->steps > 1 && side < 2; side++) {
				step->first[side] = step[-1].last[side] + 1;
				step->last[side] = step[-1].last[side];
			}
			if (s->side != ALIGN_ONLY_B)
				take_step(step, 0, &a->steps[s->a + j]);
			if (s->side != ALIGN_ONLY_A)
				take_step(step, 1, &b->steps[s->b + j]);
		}
	}
	align_free(&al);
	return m->step;
}

static bool read_steps(struct model *m)
{
	for (int i = 0; i < m->sides; i++) {
		struct model_side *side = &m->side[i];

		side->step_count = store_steps(m->store, &side->run, &side->steps);
		if (side->step_count < 0)
			return false;
		side->last = side->steps[side->step_count - 1].last;
	}
	return pair_steps(m);
}

bool model_open(struct model *m, struct store *store, const struct run *runs, int count)
{
	memset(m, 0, sizeof(*m));
	m->store = store;
	m->sides = count;
	for (int i = 0; i < count; i++)
		m->side[i].run = runs[i];
	if (read_steps(m))
		return true;
	model_close(m);
	fail("run database: a run could not be read, or memory is short");
	return false;
}

static void forget_steps(struct model *m)
{
	for (size_t i = 0; i < m->steps; i++)
		parts_free(m, &m->step[i]);
	free(m->step);
	m->step = NULL;
	m->steps = 0;
	for (int i = 0; i < 2; i++) {
		free(m->side[i].steps);
		m->side[i].steps = NULL;
	}
}

void model_close(struct model *m)
{
	forget_steps(m);
	for (int i = 0; i < 2; i++) {
		free(m->side[i].zones);
		for (int b = 0; b < MODEL_BLOCKS; b++)
			free(m->side[i].block[b].event);
	}
	memset(m, 0, sizeof(*m));
}

bool model_refresh(struct model *m, bool *grew)
{
	*grew = false;
	for (int i = 0; i < m->sides; i++) {
		struct model_side *side = &m->side[i];
		struct run now;

		if (!store_run(m->store, side->run.id, &now))
			return false;
		*grew |= now.events + now.gaps != side->run.events + side->run.gaps ||
			 now.ended != side->run.ended;
		side->run = now;
	}
	if (!*grew)
		return true;
	forget_steps(m);
	for (int i = 0; i < m->sides; i++) {
		free(m->side[i].zones);
		m->side[i].zones = NULL;
		m->side[i].zones_read = false;
		for (int b = 0; b < MODEL_BLOCKS; b++)
			m->side[i].block[b].number = 0;
	}
	store_forget(m->store);
	return read_steps(m);
}
