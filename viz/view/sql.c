/* SPDX-License-Identifier: MIT */
/* The result view: the rows that ; asked for, as a table. */
#include <stdio.h>

#include "views.h"

#define VALUE_MOST 40 /* columns of the screen for one column of the table */

static int width_of(const struct query *q, int column)
{
	return q->width[column] < VALUE_MOST ? q->width[column] : VALUE_MOST;
}

void act_table(struct session *s, int columns)
{
	int left = s->query.left + columns;

	if (left >= 0 && left < s->query.columns)
		s->query.left = left;
}

static void draw_value(struct session *s, int y, int x, int width, unsigned style, const char *text,
		       bool number)
{
	if (number)
		canvas_print(&s->canvas, y, x, width, style, "%*s", width, text);
	else
		canvas_put(&s->canvas, y, x, width, style, text);
}

static void draw_result_row(struct session *s, int y, struct area area, size_t row, bool head)
{
	const struct query *q = &s->query;
	int x = area.x + 1;

	for (int i = q->left; i < q->columns && x < area.x + area.columns; i++) {
		int width = width_of(q, i), left = area.x + area.columns - x;

		draw_value(s, y, x, width < left ? width : left, head ? STYLE_HEAD : STYLE_PLAIN,
			   head ? q->name[i] : query_cell(q, row, i), q->number[i]);
		x += width + 2;
	}
}

static void draw_nothing(struct session *s, struct area area)
{
	static const char *const lines[] = {
		"; asks the run database. :a and :b are the runs on the screen, :n the event",
		"under the cursor. Only queries: nothing can be changed from here. For example",
		"",
		"  SELECT name, count(*) FROM events WHERE run = :a GROUP BY name ORDER BY 2",
		"  SELECT run, n, word, pushed, popped FROM clobbers",
		"  SELECT * FROM frames WHERE run = :a AND n = :n",
		"",
		"Enter on a row goes to its event, where the query has the columns run and n.",
		"docs/run-database.md describes the views.",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		canvas_put(&s->canvas, area.y + 3 + (int)i, area.x + 1, area.columns - 1,
			   STYLE_PLAIN, lines[i]);
}

void draw_sql(struct session *s, struct area area)
{
	const struct query *q = &s->query;
	size_t rows = (size_t)area.lines - 3, first = 0;

	canvas_print(&s->canvas, area.y, area.x + 1, area.columns - 1, STYLE_TITLE, "%s",
		     q->sql[0] ? q->sql : "nothing was asked yet");
	if (q->error[0])
		canvas_wrap(&s->canvas, area.y + 2, area.x + 1, area.columns - 2, 3, STYLE_HARM,
			    q->error);
	if (!q->sql[0] || q->error[0])
		draw_nothing(s, (struct area){area.y + 2, area.x, area.lines - 2, area.columns});
	if (!q->columns)
		return;
	draw_result_row(s, area.y + 1, area, 0, true);
	if (q->at >= rows / 2)
		first = q->at - rows / 2;
	if (q->rows > rows && first > q->rows - rows)
		first = q->rows - rows;
	if (q->rows <= rows)
		first = 0;
	for (size_t i = 0; i < rows && first + i < q->rows; i++) {
		int y = area.y + 2 + (int)i;

		draw_result_row(s, y, area, first + i, false);
		if (first + i == q->at)
			canvas_cursor(&s->canvas, y);
	}
	canvas_print(&s->canvas, area.y + area.lines - 1, area.x + 1, area.columns - 1, STYLE_DIM,
		     "row %zu of %zu%s, from column %d of %d", q->rows ? q->at + 1 : 0, q->rows,
		     q->cut ? " (more are not kept)" : "", q->left + 1, q->columns);
}
