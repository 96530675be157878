/* SPDX-License-Identifier: MIT */
/* A line per event: csv, with a line of headings, and jsonl. One table of columns for both. */
#include <inttypes.h>
#include <string.h>

#include "event/names.h"
#include "export.h"

/* What is in a column: a number, an address (hex text), a text, true or false */
enum shape { NUMBER, HEX, TEXT, TRUTH };

/* One value; known = false: empty in csv, null in jsonl */
struct value {
	bool known;
	uint64_t number;
	const char *text;
};

struct line {
	const struct run *run;
	const struct event *e;
	const struct symbol *symbol;
	char name[NAME_MAX_BYTES];
};

static struct value number(bool known, uint64_t n)
{
	return (struct value){known, n, NULL};
}

static struct value text(bool known, const char *t)
{
	return (struct value){known, 0, t};
}

#define COLUMN(name, expression)                             \
	static struct value get_##name(const struct line *l) \
	{                                                    \
		const struct event *e = l->e;                \
                                                             \
		(void)e;                                     \
		return expression;                           \
	}

COLUMN(run, number(true, (uint64_t)l->run->id))
COLUMN(n, number(true, e->n))
COLUMN(step, number(true, e->step))
COLUMN(cpu, number(true, e->cpu))
COLUMN(lost, number(e->gap && e->lost >= 0, (uint64_t)e->lost))
COLUMN(name, text(true, e->gap ? "gap" : l->name))
COLUMN(type, number(!e->gap, e->type))
COLUMN(vector, number(!e->gap, e->vector))
COLUMN(task, number(!e->gap, e->task))
COLUMN(depth, number(!e->gap, e->depth))
COLUMN(parent, number(e->parent != 0, e->parent))
COLUMN(stack, text(!e->gap, name_stack(e->stack)))
COLUMN(delivery, text(!e->gap, e->flags &FT_FLAG_FRED ? "fred" : "idt"))
COLUMN(nmi_blocked, number(e->entered, e->nmi &FT_NMI_BLOCKED))
COLUMN(nmi_observed, number(e->entered, e->nmi &FT_NMI_OBSERVED))
COLUMN(tsc, number(e->entered, e->tsc))
COLUMN(exit_tsc, number(e->exited, e->exit_tsc))
COLUMN(software_work, number(!e->gap, e->work | e->exit_work))
COLUMN(clobbered, number(!e->gap, event_clobbered(e)))
COLUMN(function, text(l->symbol->function[0], l->symbol->function))
COLUMN(file, text(l->symbol->file[0], l->symbol->file))
COLUMN(line, number(l->symbol->line > 0, (uint64_t)l->symbol->line))
COLUMN(address, number(e->entered, e->address))
COLUMN(cr2, number(e->entered, e->cr2))
COLUMN(error, number(e->entered, e->frame[FRAME_ERROR]))
COLUMN(rip, number(e->entered, e->frame[FRAME_RIP]))
COLUMN(cs, number(e->entered, e->frame[FRAME_CS]))
COLUMN(rflags, number(e->entered, e->frame[FRAME_RFLAGS]))
COLUMN(rsp, number(e->entered, e->frame[FRAME_RSP]))
COLUMN(ss, number(e->entered, e->frame[FRAME_SS]))
COLUMN(data, number(e->entered, e->frame[FRAME_DATA]))
COLUMN(exit_rip, number(e->exited, e->exit_frame[FRAME_RIP]))

static const struct {
	const char *name;
	enum shape shape;
	struct value (*get)(const struct line *l);
} columns[] = {
	{"run", NUMBER, get_run},
	{"n", NUMBER, get_n},
	{"step", NUMBER, get_step},
	{"cpu", NUMBER, get_cpu},
	{"name", TEXT, get_name},
	{"records_lost", NUMBER, get_lost},
	{"delivery", TEXT, get_delivery},
	{"type", NUMBER, get_type},
	{"vector", NUMBER, get_vector},
	{"task", NUMBER, get_task},
	{"depth", NUMBER, get_depth},
	{"parent", NUMBER, get_parent},
	{"stack", TEXT, get_stack},
	{"nmi_blocked", TRUTH, get_nmi_blocked},
	{"nmi_observed", TRUTH, get_nmi_observed},
	{"tsc", NUMBER, get_tsc},
	{"exit_tsc", NUMBER, get_exit_tsc},
	{"software_work", NUMBER, get_software_work},
	{"clobbered_words", NUMBER, get_clobbered},
	{"function", TEXT, get_function},
	{"file", TEXT, get_file},
	{"line", NUMBER, get_line},
	{"address", HEX, get_address},
	{"cr2", HEX, get_cr2},
	{"error", HEX, get_error},
	{"rip", HEX, get_rip},
	{"cs", HEX, get_cs},
	{"rflags", HEX, get_rflags},
	{"rsp", HEX, get_rsp},
	{"ss", HEX, get_ss},
	{"data", HEX, get_data},
	{"exit_rip", HEX, get_exit_rip},
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

struct rows {
	FILE *out;
	const struct run *run;
};

/* RFC 4180: quotes around what has a comma, a quote or the like, quotes within doubled. */
static void csv_text(FILE *out, const char *t)
{
	bool quote = t[strcspn(t, ",\"\r\n")];

	if (quote)
		fputc('"', out);
	for (; *t; t++) {
		if (*t == '"')
			fputc('"', out);
		fputc(*t, out);
	}
	if (quote)
		fputc('"', out);
}

static bool csv_row(void *ctx, const struct event *e, const struct symbol *symbol)
{
	const struct rows *r = ctx;
	struct line l = {r->run, e, symbol, ""};

	name_event(e->type, e->vector, l.name);
	for (size_t i = 0; i < COLUMNS; i++) {
		struct value v = columns[i].get(&l);

		if (i)
			fputc(',', r->out);
		if (!v.known)
			continue;
		switch (columns[i].shape) {
		case TEXT: csv_text(r->out, v.text); break;
		case HEX: fprintf(r->out, "0x%" PRIx64, v.number); break;
		case TRUTH: fputc(v.number ? '1' : '0', r->out); break;
		case NUMBER: fprintf(r->out, "%" PRIu64, v.number); break;
		}
	}
	fputc('\n', r->out);
	return true;
}

static bool json_row(void *ctx, const struct event *e, const struct symbol *symbol)
{
	const struct rows *r = ctx;
	struct line l = {r->run, e, symbol, ""};

	name_event(e->type, e->vector, l.name);
	for (size_t i = 0; i < COLUMNS; i++) {
		struct value v = columns[i].get(&l);

		fprintf(r->out, "%c\"%s\":", i ? ',' : '{', columns[i].name);
		if (!v.known) {
			fputs("null", r->out);
			continue;
		}
		switch (columns[i].shape) {
		case TEXT:
			fputc('"', r->out);
			export_json_text(r->out, v.text);
			fputc('"', r->out);
			break;
		/* Numbers of 64 bits do not survive every reader of JSON */
		case HEX: fprintf(r->out, "\"0x%" PRIx64 "\"", v.number); break;
		case TRUTH: fputs(v.number ? "true" : "false", r->out); break;
		case NUMBER: fprintf(r->out, "%" PRIu64, v.number); break;
		}
	}
	fputs("}\n", r->out);
	return true;
}

static bool all_rows(struct export *x, export_take *take)
{
	for (int i = 0; i < x->count; i++) {
		struct rows r = {x->out, &x->runs[i]};

		if (!export_events(x, &x->runs[i], take, &r))
			return false;
	}
	return true;
}

bool export_csv(struct export *x)
{
	for (size_t i = 0; i < COLUMNS; i++)
		fprintf(x->out, "%s%s", i ? "," : "", columns[i].name);
	fputc('\n', x->out);
	return all_rows(x, csv_row);
}

bool export_jsonl(struct export *x)
{
	return all_rows(x, json_row);
}
