/* SPDX-License-Identifier: MIT */
/*
 * The stacks view: every stack as memory, high addresses above, at the moment just after
 * the event under the cursor. Frames stand at their true addresses, in their order.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/stacks.h"
#include "event/names.h"
#include "head.h"
#include "views.h"

#define WIDE	    56 /* from this many columns on, addresses are written out */
#define LEFT_MOST   2  /* frames that are done, shown below the open ones */
#define TEXT_BYTES  256
#define GAUGE	    10 /* columns of the bar that says how full a stack is */
#define NARROW	    45 /* columns below which a stack's head is short */
#define GAUGE_LEAST 6

/* What is drawn of a frame: open ones, torn ones, and the newest remains. */
static bool worth(const struct stacks_stack *stack, size_t index)
{
	size_t left = 0;

	if (stack->frame[index].open || stack->frame[index].torn_by)
		return true;
	for (size_t i = 0; i < stack->frames; i++)
		left += !stack->frame[i].open && stack->frame[i].n > stack->frame[index].n;
	return left < LEFT_MOST;
}

static const char *state_of(const struct stacks_frame *f, char *to, size_t size)
{
	if (f->torn_by)
		snprintf(to, size, "TORN by %" PRIu64, f->torn_by);
	else if (f->clobbered)
		snprintf(to, size, "was overwritten");
	else if (f->rewound)
		snprintf(to, size, "rewound to top");
	else
		snprintf(to, size, "%s", f->open ? "open" : "left over");
	return to;
}

static void draw_address(struct session *s, int y, struct area half, uint64_t address)
{
	int digits = half.columns >= WIDE ? 16 : 6;

	canvas_print(&s->canvas, y, half.x, digits + 1, STYLE_DIM, "%0*" PRIx64, digits,
		     digits == 16 ? address : address & 0xffffff);
}

static int box_x(struct area half)
{
	return half.x + (half.columns >= WIDE ? 17 : 7);
}

static void draw_memory_frame(struct session *s, int y, struct area half,
			      const struct stacks_frame *f, const struct stacks_stack *stack,
			      uint64_t now)
{
	char state[64], name[NAME_MAX_BYTES], text[TEXT_BYTES];
	int x = box_x(half), width = half.x + half.columns - x;
	unsigned style = f->torn_by || f->clobbered ? (unsigned)STYLE_HARM
			 : f->open		    ? (unsigned)style_stack(stack->stack)
						    : (unsigned)STYLE_DIM;
	const char *fill = f->torn_by ? "≈≈" : f->open ? "██" : "░░";

	draw_address(s, y, half, f->address);
	snprintf(text, sizeof(text), "│%s %" PRIu64 " %s, %s", fill, f->n,
		 name_event(f->type, f->vector, name), state_of(f, state, sizeof(state)));
	canvas_put(&s->canvas, y, x, width - 1, style, text);
	canvas_put(&s->canvas, y, x + width - 1, 1, style, f->n == now ? "◀" : "│");
}

static void draw_stack_head(struct session *s, int y, struct area half,
			    const struct stacks_stack *stack)
{
	char text[TEXT_BYTES];
	int gauge = half.columns >= NARROW ? GAUGE : GAUGE_LEAST, width = half.columns - gauge - 1;
	uint64_t top = stack->low + stack->size;
	double used = stack->lowest && stack->size ? (double)(top - stack->lowest) : 0;

	if (stack->stack == FT_STACK_TASK)
		snprintf(text, sizeof(text), "stack of task %d", stack->task);
	else
		snprintf(text, sizeof(text), "%s", name_stack(stack->stack));
	if (stack->size && stack->lowest)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 ", %" PRIu64 " of %" PRIu64 "%s", top - stack->lowest, stack->size,
			 half.columns >= NARROW ? " bytes" : "");
	canvas_put(&s->canvas, y, half.x, width,
		   stack->running ? STYLE_TITLE : (unsigned)style_stack(stack->stack), text);
	if (!stack->size)
		return;
	for (int i = 0; i < gauge; i++)
		canvas_put(&s->canvas, y, half.x + width + 1 + i, 1, STYLE_DIM, "·");
	canvas_bar(&s->canvas, y, half.x + width + 1, gauge, style_stack(stack->stack), used,
		   (double)stack->size);
}

/* Lines that it takes: a head, its frames, an edge. */
static int draw_stack(struct session *s, int y, struct area half, int end,
		      const struct stacks_stack *stack, uint64_t now)
{
	int from = y, x = box_x(half), width = half.x + half.columns - x;

	if (y + 1 >= end)
		return 0;
	draw_stack_head(s, y++, half, stack);
	for (size_t i = 0; i < stack->frames && y < end; i++) {
		if (worth(stack, i))
			draw_memory_frame(s, y++, half, &stack->frame[i], stack, now);
	}
	if (y < end) {
		canvas_put(&s->canvas, y, x, 1, STYLE_DIM, "└");
		canvas_rule(&s->canvas, y, x + 1, width - 2, STYLE_DIM);
		canvas_put(&s->canvas, y++, x + width - 1, 1, STYLE_DIM, "┘");
	}
	return y - from;
}

static bool has_open(const struct stacks_stack *stack)
{
	for (size_t i = 0; i < stack->frames; i++) {
		if (stack->frame[i].open)
			return true;
	}
	return false;
}

/* Event stacks in use first, and the one that runs; then other tasks'; then remains. */
static int rank(const struct stacks_stack *stack)
{
	bool open = has_open(stack);

	if (stack->running || (open && stack->stack != FT_STACK_TASK))
		return 0;
	return open ? 1 : 2;
}

static void draw_side(struct session *s, struct area half, const struct stacks *stacks)
{
	int y = half.y, end = half.y + half.lines - 1;
	size_t shown = 0, used = 0;

	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < stacks->count; i++) {
			const struct stacks_stack *stack = &stacks->stack[i];
			int lines;

			if (!stack->frames || rank(stack) != round)
				continue;
			used++;
			lines = draw_stack(s, y, half, end, stack, stacks->n);
			y += lines;
			shown += lines > 0;
		}
	}
	canvas_print(&s->canvas, y < end ? y : end, half.x, half.columns, STYLE_DIM,
		     "%zu stacks hold frames%s", used, shown < used ? ", not all fit" : "");
}

void draw_stacks(struct session *s, struct area area)
{
	int head = draw_heads(s, area);
	uint64_t n[2];

	model_moment(&s->model, s->cursor, n);
	area.y += head + 1;
	area.lines -= head + 1;
	for (int side = 0; side < s->model.sides; side++) {
		struct stacks stacks = {0};

		if (!stacks_at(&s->model, side, n[side], &stacks))
			continue;
		draw_side(s, pane(s, area, side), &stacks);
		stacks_free(&stacks);
	}
}
