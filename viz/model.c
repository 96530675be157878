/* SPDX-License-Identifier: MIT */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* Step ranges beyond this are refused: a damaged database, not a run. */
#define STEP_EVENTS_MAX 100000000u

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

			if (s->side != ALIGN_ONLY_B)
				take_step(step, 0, &a->steps[s->a + j]);
			if (s->side != ALIGN_ONLY_A)
				take_step(step, 1, &b->steps[s->b + j]);
		}
	}
	align_free(&al);
	return m->step;
}

bool model_open(struct model *m, struct store *store, const struct run *runs, int count)
{
	memset(m, 0, sizeof(*m));
	m->store = store;
	m->sides = count;
	for (int i = 0; i < count; i++) {
		m->side[i].run = runs[i];
		m->side[i].step_count = store_steps(store, &runs[i], &m->side[i].steps);
		if (m->side[i].step_count < 0)
			break;
		if (i == count - 1 && pair_steps(m))
			return true;
	}
	model_close(m);
	fail("run database: a run could not be read, or memory is short");
	return false;
}

void model_close(struct model *m)
{
	for (size_t i = 0; i < m->steps; i++)
		align_free(&m->step[i].rows);
	free(m->step);
	for (int i = 0; i < 2; i++) {
		free(m->side[i].steps);
		for (int b = 0; b < MODEL_BLOCKS; b++)
			free(m->side[i].block[b].event);
	}
	memset(m, 0, sizeof(*m));
}

static size_t size_of(const struct model_step *step, int side)
{
	return step->here[side] && step->last[side] >= step->first[side]
		       ? (size_t)(step->last[side] - step->first[side] + 1)
		       : 0;
}

/* Strong keys first; what they leave apart is tried again by weaker ones. */
static bool align_step(struct model *m, struct model_step *step)
{
	size_t size[2] = {size_of(step, 0), size_of(step, 1)};
	uint64_t *keys[2][STORE_KEYS] = {{0}};
	struct alignment rough = {0};
	bool good = size[0] < STEP_EVENTS_MAX && size[1] < STEP_EVENTS_MAX;

	for (int side = 0; side < 2 && good; side++) {
		for (int k = 0; k < STORE_KEYS; k++) {
			keys[side][k] = malloc((size[side] + 1) * sizeof(uint64_t));
			good = good && keys[side][k];
		}
		if (good && size[side])
			good = store_keys(m->store, m->side[side].run.id, step->first[side],
					  step->last[side], keys[side]);
	}
	good = good && align(keys[0][0], size[0], keys[1][0], size[1], 0, &step->rows);
	for (int k = 1; k < STORE_KEYS && good; k++) {
		rough = step->rows;
		good = align_refine(&rough, keys[0][k], keys[1][k], 0, &step->rows);
		align_free(&rough);
	}
	for (int side = 0; side < 2; side++) {
		for (int k = 0; k < STORE_KEYS; k++)
			free(keys[side][k]);
	}
	return good;
}

size_t model_rows(struct model *m, size_t index)
{
	struct model_step *step = &m->step[index];

	if (m->sides == 1)
		return 1 + size_of(step, 0);
	if (!step->aligned) {
		step->aligned = true;
		m->trouble |= !align_step(m, step);
	}
	return 1 + step->rows.rows;
}

void model_numbers(struct model *m, struct place place, uint64_t n[2])
{
	struct model_step *step = &m->step[place.step];
	const struct align_segment *s;

	n[0] = n[1] = 0;
	if (!place.row || place.row >= model_rows(m, place.step))
		return;
	size_t row = place.row - 1;

	if (m->sides == 1) {
		n[0] = step->first[0] + row;
		return;
	}
	s = align_find(&step->rows, row);
	if (s->side != ALIGN_ONLY_B)
		n[0] = step->first[0] + s->a + row - s->row;
	if (s->side != ALIGN_ONLY_A)
		n[1] = step->first[1] + s->b + row - s->row;
}

const struct event *model_event(struct model *m, int index, uint64_t n)
{
	struct model_side *side = &m->side[index];
	uint64_t number = n / MODEL_BLOCK;
	struct model_block *block = &side->block[number % MODEL_BLOCKS];

	if (!n)
		return NULL;
	if (!block->event)
		block->event = calloc(MODEL_BLOCK, sizeof(*block->event));
	if (!block->event) {
		m->trouble = true;
		return NULL;
	}
	if (block->number != number + 1) {
		block->count = store_events(m->store, side->run.id, number * MODEL_BLOCK,
					    MODEL_BLOCK, block->event);
		block->number = number + 1;
	}
	size_t guess = (size_t)(n % MODEL_BLOCK) - (number == 0);

	if (guess < block->count && block->event[guess].n == n)
		return &block->event[guess];
	/* Numbers are dense, but a damaged database may have holes. */
	for (size_t i = 0; i < block->count; i++) {
		if (block->event[i].n == n)
			return &block->event[i];
	}
	return NULL;
}

const struct symbol *model_symbol(struct model *m, int side, const struct event *e)
{
	if (!e || e->gap)
		return NULL;
	return store_symbol(m->store, m->side[side].run.boot,
			    e->entered ? e->frame[FRAME_RIP] : e->exit_frame[FRAME_RIP]);
}

static unsigned compare(const struct event *a, const struct event *b)
{
	unsigned d = 0;
	bool cause = a->frame[FRAME_ERROR] != b->frame[FRAME_ERROR] ||
		     a->frame[FRAME_DATA] != b->frame[FRAME_DATA];
	bool back =
		a->exited != b->exited || ((a->changed | b->changed) >> FRAME_RIP & 1 &&
					   a->exit_frame[FRAME_RIP] != b->exit_frame[FRAME_RIP]);

	if (a->gap || b->gap)
		return 0;
	d |= a->stack != b->stack ? DIFFERS_STACK : 0;
	d |= a->depth != b->depth ? DIFFERS_DEPTH : 0;
	d |= (a->nmi ^ b->nmi) & (FT_NMI_BLOCKED | FT_NMI_PENDING) ? DIFFERS_NMI : 0;
	d |= cause ? DIFFERS_CAUSE : 0;
	d |= event_clobbered(a) != event_clobbered(b) ? DIFFERS_CLOBBER : 0;
	d |= back ? DIFFERS_RETURN : 0;
	d |= (a->work | a->exit_work) != (b->work | b->exit_work) ? DIFFERS_WORK : 0;
	return d;
}

unsigned model_differences(struct model *m, struct place place)
{
	uint64_t n[2];

	if (m->sides == 1)
		return 0;
	model_numbers(m, place, n);
	if (!n[0] || !n[1])
		return n[0] ? DIFFERS_ONLY_A : n[1] ? DIFFERS_ONLY_B : 0;
	const struct event *a = model_event(m, 0, n[0]), *b = model_event(m, 1, n[1]);

	return a && b ? compare(a, b) : 0;
}

bool model_next(struct model *m, struct place *place)
{
	if (place->row + 1 < model_rows(m, place->step)) {
		place->row++;
		return true;
	}
	if (place->step + 1 >= m->steps)
		return false;
	place->step++;
	place->row = 0;
	return true;
}

bool model_previous(struct model *m, struct place *place)
{
	if (place->row) {
		place->row--;
		return true;
	}
	if (!place->step)
		return false;
	place->step--;
	place->row = model_rows(m, place->step) - 1;
	return true;
}

struct place model_end(struct model *m)
{
	return (struct place){m->steps - 1, model_rows(m, m->steps - 1) - 1};
}

const char *model_difference_text(unsigned differences, char *buffer, size_t size)
{
	static const char *const words[] = {
		"only in A",   "only in B",	  "other stack",
		"other depth", "other NMI state", "other cause",
		"clobbered",   "other return",	  "other software work",
	};
	size_t used = 0;

	buffer[0] = 0;
	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]) && used < size; i++) {
		if (differences >> i & 1)
			used += (size_t)snprintf(buffer + used, size - used, "%s%s",
						 used ? ", " : "", words[i]);
	}
	return buffer;
}
