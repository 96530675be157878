/* SPDX-License-Identifier: MIT */
#include "stacks.h"

#include <stdlib.h>
#include <string.h>

#define FRAME_FRED 64u
#define FRAME_IDT  48u
#define CHAIN_MAX  64 /* nested events that are followed outwards */
#define BACK_MAX   16 /* blocks of digests in which a task's last event is looked for */
#define LIST_MAX   (STACKS_WINDOW + 16 * CHAIN_MAX)

struct gather {
	struct model *m;
	int side;
	uint64_t list[LIST_MAX]; /* events whose frames may lie there */
	size_t count;
};

static void add(struct gather *g, uint64_t n)
{
	if (n && g->count < LIST_MAX)
		g->list[g->count++] = n;
}

/* What that event interrupted, and so on outwards. */
static void add_chain(struct gather *g, uint64_t n)
{
	for (int i = 0; i < CHAIN_MAX && n; i++) {
		const struct event *e = model_event(g->m, g->side, n);

		add(g, n);
		n = e && e->parent < n ? e->parent : 0;
	}
}

/* Tasks that do not run now stand inside the last event that they had. */
static void add_tasks(struct gather *g, const struct stacks *s, uint64_t now)
{
	uint64_t seen = 0, wanted = 0; /* bit t: task t modulo 64 */
	struct digest d;

	for (size_t i = 0; s->stack && i < s->count; i++) {
		if (s->stack[i].stack == FT_STACK_TASK)
			wanted |= 1ull << (s->stack[i].task & 63);
	}
	uint64_t lowest = now > BACK_MAX * DIGEST_BLOCK ? now - BACK_MAX * DIGEST_BLOCK : 0;

	for (uint64_t n = now; n > lowest && (wanted & ~seen); n--) {
		if (!model_digest(g->m, g->side, n, &d))
			return;
		if (d.flags & DIGEST_GAP || seen >> (d.task & 63) & 1)
			continue;
		seen |= 1ull << (d.task & 63);
		add_chain(g, n);
	}
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The stack that an event's frame lies on; made if the trace did not tell of it. */
static struct stacks_stack *stack_of(struct stacks *s, const struct event *e)
{
	bool own = e->stack == FT_STACK_TASK;

	for (size_t i = 0; s->stack && i < s->count; i++) {
		if (s->stack[i].stack == e->stack && (!own || s->stack[i].task == e->task))
			return &s->stack[i];
	}
	struct stacks_stack *larger = realloc(s->stack, (s->count + 1) * sizeof(*larger));

	if (!larger)
		return NULL;
	s->stack = larger;
	memset(&larger[s->count], 0, sizeof(*larger));
	larger[s->count].stack = e->stack;
	larger[s->count].task = own ? e->task : 0;
	return &larger[s->count++];
}

static struct stacks_frame *new_frame(struct stacks_stack *stack)
{
	if (stack->frames == stack->room) {
		size_t room = stack->room ? 2 * stack->room : 8;
		struct stacks_frame *larger = realloc(stack->frame, room * sizeof(*larger));

		if (!larger)
			return NULL;
		stack->frame = larger;
		stack->room = room;
	}
	return memset(&stack->frame[stack->frames++], 0, sizeof(*stack->frame));
}

static bool overlap(const struct stacks_frame *f, uint64_t address, unsigned bytes)
{
	return f->address < address + bytes && address < f->address + f->bytes;
}

/* Had event `n` not returned yet when `then` was delivered? */
static bool was_open(struct gather *g, uint64_t n, const struct event *then)
{
	const struct event *e = model_event(g->m, g->side, n);

	return e && !(e->exited && e->exit_seq < then->seq);
}

/* Pushes e's frame: what lay there is gone, or torn if it was still needed. */
static bool push(struct gather *g, struct stacks_stack *stack, const struct event *e,
		 const struct event *now)
{
	struct stacks_frame frame = {
		.n = e->n,
		.address = e->address,
		.bytes = e->flags & FT_FLAG_FRED ? FRAME_FRED : FRAME_IDT,
		.type = e->type,
		.vector = e->vector,
		.depth = e->depth,
		.task = e->task,
		.open = !(e->exited && e->exit_seq < now->seq),
	};
	size_t kept = 0;

	frame.clobbered = frame.open ? 0 : event_clobbered(e);
	for (size_t i = 0; i < stack->frames; i++) {
		struct stacks_frame *f = &stack->frame[i];
		bool open = was_open(g, f->n, e), hit = overlap(f, frame.address, frame.bytes);

		frame.rewound |= open && f->address <= frame.address;
		if (hit && !open)
			continue;
		if (hit && !f->torn_by)
			f->torn_by = e->n;
		stack->frame[kept++] = *f;
	}
	stack->frames = kept;
	struct stacks_frame *f = new_frame(stack);

	if (f)
		*f = frame;
	return f;
}

static int by_address(const void *a, const void *b)
{
	const struct stacks_frame *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? 1 : -1;
	return x->n < y->n ? -1 : x->n > y->n;
}

static int by_stack(const void *a, const void *b)
{
	const struct stacks_stack *x = a, *y = b;

	return x->stack != y->stack ? x->stack - y->stack : x->task - y->task;
}

static void settle(struct stacks *s, const struct event *now)
{
	for (size_t i = 0; s->stack && i < s->count; i++) {
		struct stacks_stack *stack = &s->stack[i];

		if (stack->frame)
			qsort(stack->frame, stack->frames, sizeof(*stack->frame), by_address);
		for (size_t f = 0; f < stack->frames; f++) {
			if (stack->frame[f].open)
				stack->lowest = stack->frame[f].address;
			stack->running |= stack->frame[f].n == now->n;
		}
	}
	if (s->stack)
		qsort(s->stack, s->count, sizeof(*s->stack), by_stack);
}

static bool known_stacks(struct model *m, int side, struct stacks *s)
{
	struct store_stack *list;
	int count = store_stacks(m->store, m->side[side].run.id, &list);

	s->stack = count > 0 ? calloc((size_t)count, sizeof(*s->stack)) : NULL;
	for (int i = 0; i < count && s->stack; i++) {
		s->stack[i].stack = list[i].stack;
		s->stack[i].task = list[i].stack == FT_STACK_TASK ? list[i].task : 0;
		s->stack[i].low = list[i].low;
		s->stack[i].size = list[i].size;
		s->count++;
	}
	free(list);
	return count >= 0 && (!count || s->stack);
}

static bool push_all(struct gather *g, struct stacks *s, const struct event *now)
{
	for (size_t i = 0; i < g->count; i++) {
		if (i && g->list[i] == g->list[i - 1])
			continue;
		/* A copy: the model keeps the newest thousand events only */
		const struct event *there = model_event(g->m, g->side, g->list[i]);
		struct event e;

		if (!there || there->gap || !there->entered || there->n > now->n)
			continue;
		e = *there;
		struct stacks_stack *stack = stack_of(s, &e);

		if (!stack || !push(g, stack, &e, now))
			return false;
	}
	return true;
}

bool stacks_at(struct model *m, int side, uint64_t n, struct stacks *out)
{
	struct gather *g = calloc(1, sizeof(*g));
	const struct event *there;
	struct event now = {0};
	bool good;

	memset(out, 0, sizeof(*out));
	out->n = n;
	good = g && known_stacks(m, side, out);
	if (good && (there = model_event(m, side, n))) {
		now = *there;
		g->m = m;
		g->side = side;
		add_tasks(g, out, n);
		add_chain(g, n);
		for (uint64_t i = n > STACKS_WINDOW ? n - STACKS_WINDOW : 1; i <= n; i++)
			add(g, i);
		qsort(g->list, g->count, sizeof(g->list[0]), by_number);
		/* A gap has no moment of its own: what was open before it still is */
		if (now.gap)
			now.seq = UINT64_MAX;
		good = push_all(g, out, &now);
	}
	free(g);
	if (!good) {
		stacks_free(out);
		return false;
	}
	settle(out, &now);
	return true;
}

void stacks_free(struct stacks *s)
{
	for (size_t i = 0; s->stack && i < s->count; i++)
		free(s->stack[i].frame);
	free(s->stack);
	memset(s, 0, sizeof(*s));
}
