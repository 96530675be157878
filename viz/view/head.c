/* SPDX-License-Identifier: MIT */
/* What views of one moment begin with: each run's name, and its event there. */
#include <inttypes.h>
#include <stdio.h>

#include "event/cells.h"
#include "event/names.h"
#include "event/titles.h"
#include "head.h"

#define TEXT_BYTES 1024

void step_title(const struct model_step *step, char *to, size_t size)
{
	if (step->text && (step->value || step->text[0]))
		snprintf(to, size, "step %" PRIu64 ": %s", step->value, step->text);
	else
		snprintf(to, size, "before the first step");
}

int draw_heads(struct session *s, struct area area)
{
	const struct event *e[2];
	char line[TEXT_BYTES];

	for (int side = 0; side < s->model.sides; side++) {
		struct area half = pane(s, area, side);

		run_title(&s->model.side[side].run, line, sizeof(line));
		canvas_put(&s->canvas, half.y, half.x, half.columns, STYLE_TITLE, line);
		view_events(s, s->cursor, e);
		event_title(e[side], line, sizeof(line));
		canvas_put(&s->canvas, half.y + 1, half.x, half.columns,
			   e[side] ? style_stack(e[side]->stack) : STYLE_DIM, line);
	}
	if (place_is_heading(s->cursor)) {
		step_title(&s->model.step[s->cursor.step], line, sizeof(line));
		canvas_put(&s->canvas, area.y + 1, area.x, area.columns, STYLE_STEP, line);
	}
	return 2;
}
