/* SPDX-License-Identifier: MIT */
/* A run's stacks at a moment, as memory: high addresses on top, frames where they lay. */
#include <inttypes.h>
#include <string.h>

#include "event/names.h"
#include "html.h"
#include "model/stacks.h"
#include "talk/message.h"

#define WIDTH	   150 /* of a stack and the room beside it */
#define BOX	   130
#define HEIGHT	   260
#define TOP	   36
#define PER_BYTE   0.25 /* at most so many units a byte: a frame is a line of text high */
#define FRAME_LOW  13
#define STACKS_MAX 12

static void frame_title(FILE *out, const struct stacks_frame *f)
{
	char name[NAME_MAX_BYTES];

	fprintf(out, "<title>event %" PRIu64 ", %s, at 0x%" PRIx64, f->n,
		name_event(f->type, f->vector, name), f->address);
	if (f->torn_by)
		fprintf(out, ", overwritten by event %" PRIu64, f->torn_by);
	else if (f->rewound)
		fputs(", the stack started again from its top here", out);
	else if (!f->open)
		fputs(", returned", out);
	fputs("</title>", out);
}

/* The torn edge: a zigzag over the frame. */
static void tear(FILE *out, int x, int y)
{
	fprintf(out, "<path class=\"torn\" d=\"M%d %d", x, y);
	for (int i = 1; i <= BOX / 20; i++)
		fprintf(out, "L%d %d", x + i * 10, y + (i % 2 ? 5 : 0));
	fputs("\"/>", out);
}

static void draw_frame(FILE *out, const struct stacks_stack *s, const struct stacks_frame *f, int x,
		       double scale, uint64_t top)
{
	char name[NAME_MAX_BYTES];
	double y = TOP + (double)(top - f->address - f->bytes) * scale;
	double high = f->bytes * scale < FRAME_LOW ? FRAME_LOW : f->bytes * scale;
	int wide = BOX;

	/* What was pushed over shows beside what lies there now */
	if (f->torn_by) {
		x += BOX / 2;
		wide -= BOX / 2;
		y += high / 2;
	}

	fputs("<g>", out);
	frame_title(out, f);
	fprintf(out,
		"<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\" class=\"%s\"/>",
		x, y, wide, high, html_stack_colour(s->stack),
		f->torn_by ? "gone"
		: f->open  ? "open"
			   : "left");
	fprintf(out, "<text x=\"%d\" y=\"%.1f\" class=\"in\">%" PRIu64 " %s%s</text>", x + 4,
		y + high - 3, f->n, name_event(f->type, f->vector, name),
		f->torn_by   ? " torn"
		: f->rewound ? " rewound"
			     : "");
	if (f->torn_by)
		tear(out, x, (int)y);
	fputs("</g>\n", out);
}

/* The highest address that is drawn: the stack's own top, if the frames begin near it. */
static uint64_t top_of(const struct stacks_stack *s)
{
	uint64_t top = s->frame[0].address + s->frame[0].bytes;

	return s->size && s->low + s->size >= top && s->low + s->size - top < 4096
		       ? s->low + s->size
		       : top;
}

static double range_of(const struct stacks_stack *s)
{
	return (double)(top_of(s) - s->frame[s->frames - 1].address);
}

static void draw_stack(FILE *out, const struct stacks_stack *s, int x)
{
	uint64_t top = top_of(s);
	double range = range_of(s), scale = PER_BYTE;

	if (range * scale > HEIGHT)
		scale = HEIGHT / range;
	fprintf(out, "<text x=\"%d\" y=\"12\">%s", x, name_stack(s->stack));
	if (s->stack == FT_STACK_TASK)
		fprintf(out, " of task %u", s->task);
	fprintf(out, "</text><text x=\"%d\" y=\"28\" class=\"small\">0x%" PRIx64 "</text>\n", x,
		top);
	fprintf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%.1f\" class=\"memory%s\"/>\n",
		x, TOP, BOX, range * scale + 8, s->running ? " running" : "");
	/* What is open is drawn over what has returned, what is torn over that */
	for (int layer = 0; layer < 3; layer++) {
		for (size_t i = 0; i < s->frames; i++) {
			if ((s->frame[i].torn_by ? 2 : s->frame[i].open) == layer)
				draw_frame(out, s, &s->frame[i], x, scale, top);
		}
	}
}

bool html_stacks(struct html *h, int side, uint64_t n)
{
	struct stacks s;
	int drawn = 0, used = 0;
	double height = 0;

	if (!stacks_at(h->model, side, n, &s))
		return fail("the stacks of a run could not be read, or memory is short"), false;
	for (size_t i = 0; i < s.count; i++) {
		if (!s.stack[i].frames)
			continue;
		used++;
		if (range_of(&s.stack[i]) * PER_BYTE > height)
			height = range_of(&s.stack[i]) * PER_BYTE;
	}
	height = height < HEIGHT ? height : HEIGHT;
	used = used > STACKS_MAX ? STACKS_MAX : used;
	fprintf(h->out,
		"<svg viewBox=\"0 0 %d %.0f\" style=\"max-width:%dpx\" role=\"img\" "
		"aria-label=\"stacks"
		" of run %" PRId64 " at event %" PRIu64 "\">\n",
		(used ? used : 1) * WIDTH, TOP + height + 20, (used ? used : 1) * WIDTH,
		h->model->side[side].run.id, n);
	for (size_t i = 0; i < s.count && drawn < STACKS_MAX; i++) {
		if (s.stack[i].frames)
			draw_stack(h->out, &s.stack[i], WIDTH * drawn++);
	}
	if (!used)
		fputs("<text x=\"0\" y=\"12\">no frame on any stack</text>\n", h->out);
	fputs("</svg>\n", h->out);
	stacks_free(&s);
	return true;
}
