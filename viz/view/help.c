/* SPDX-License-Identifier: MIT */
/* The help view: keys, commands and filter fields, from the tables that they are. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "keys.h"
#include "views.h"

struct page {
	struct session *s;
	struct area area;
	int line; /* of the whole text */
};

/* Where the next line stands, or -1 when it is scrolled away. */
static int next_line(struct page *p)
{
	int y = p->line++ - p->s->scroll[VIEW_HELP];

	return y >= 0 && y < p->area.lines ? p->area.y + y : -1;
}

static void entry(struct page *p, const char *left, const char *right, int indent)
{
	int y = next_line(p);

	canvas_put(&p->s->canvas, y, p->area.x + indent, 20, STYLE_KEY, left);
	canvas_put(&p->s->canvas, y, p->area.x + indent + 21, p->area.columns - indent - 21,
		   STYLE_PLAIN, right);
}

static void heading(struct page *p, const char *text)
{
	next_line(p);
	canvas_put(&p->s->canvas, next_line(p), p->area.x, p->area.columns, STYLE_TITLE, text);
}

/* A key that holds in one view only says in which. */
static void only_in(const struct key_row *row, char *to, size_t size)
{
	const char *view = "";

	for (unsigned i = 0; i < VIEWS; i++) {
		if (row->views >> i & 1)
			view = view_row(i)->name;
	}
	snprintf(to, size, "%s%s%s", view, view[0] ? ": " : "", row->help);
}

static void keys(struct page *p)
{
	const char *group = "";
	const struct key_row *row;
	char help[256];

	for (unsigned i = 0; (row = key_row(i)); i++) {
		if (strcmp(group, row->group) != 0)
			heading(p, row->group);
		group = row->group;
		only_in(row, help, sizeof(help));
		entry(p, row->keys, help, 2);
	}
}

static void commands(struct page *p)
{
	const struct command_row *row;
	char left[64];

	heading(p, "Commands, after : (every key's name is one, too: Tab lists them)");
	for (unsigned i = 0; (row = command_row(i)); i++) {
		snprintf(left, sizeof(left), "%s %s", row->name, row->argument);
		entry(p, left, row->help, 2);
	}
	heading(p, "Fields of :filter");
	for (unsigned i = 0; filter_name(i); i++)
		entry(p, filter_name(i), filter_help(i), 2);
}

static const char *const reading[] = {
	"A row: number; event, indented under what it interrupted; the stack of its",
	"frame (T the task's, 1 to 4: IST n or FRED level n, c the copy of an NMI's",
	"frame); NMIs blocked (a bar; P: one more waits; lighter: inferred by software);",
	"what was interrupted; marks. Between two runs: < > only here, | they differ.",
};

void draw_help(struct session *s, struct area area)
{
	struct page p = {.s = s, .area = area};

	area.x += 1;
	area.columns -= 1;
	p.area = area;
	canvas_print(&s->canvas, next_line(&p), area.x, area.columns, STYLE_TITLE,
		     "Behind this page: %s, %s", view_row(s->behind_help)->name,
		     view_row(s->behind_help)->help);
	next_line(&p);
	for (size_t i = 0; i < sizeof(reading) / sizeof(reading[0]); i++)
		canvas_put(&s->canvas, next_line(&p), area.x, area.columns, STYLE_PLAIN,
			   reading[i]);
	keys(&p);
	commands(&p);
	s->lines[VIEW_HELP] = p.line;
}
