/* SPDX-License-Identifier: MIT */
/* The page's tables: the summary, and how two runs differ, with the first such rows. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "event/cells.h"
#include "event/names.h"
#include "event/titles.h"
#include "html.h"
#include "model/explain.h"
#include "model/summary.h"
#include "model/tally.h"
#include "talk/message.h"

#define ROWS_SHOWN 200

static void number_row(struct html *h, const char *name, const uint64_t *number)
{
	fprintf(h->out, "<tr><td>%s</td>", name);
	for (int side = 0; side < 2 && side < h->model->sides; side++)
		fprintf(h->out, "<td class=\"n\">%" PRIu64 "</td>", number[side]);
	fputs("</tr>\n", h->out);
}

static void table_head(struct html *h, const char *first)
{
	fprintf(h->out, "<table><thead><tr><th>%s</th>", first);
	for (int side = 0; side < h->model->sides; side++) {
		const struct run *run = &h->model->side[side].run;

		fprintf(h->out, "<th>run %" PRId64 ": %s %s</th>", run->id,
			name_delivery(run->options), name_variant(run->options));
	}
	fputs("</tr></thead><tbody>\n", h->out);
}

static void costs(struct html *h, const struct summary *s)
{
	table_head(h, "mean ticks, entry to exit");
	for (int i = 0; i < s->kinds; i++) {
		char name[NAME_MAX_BYTES];

		fprintf(h->out, "<tr><td>%s</td>",
			name_event(s->kind[i].type, s->kind[i].vector, name));
		for (int side = 0; side < h->model->sides; side++) {
			uint64_t mean = summary_mean(&s->kind[i].cost[side]);
			double share =
				s->most_mean ? 100.0 * (double)mean / (double)s->most_mean : 0;

			fprintf(h->out,
				"<td><span class=\"bar\" style=\"width:%.1fpx\"></span> %" PRIu64
				" <small>(%" PRIu64 " events)</small></td>",
				share * 1.5, mean, s->kind[i].cost[side].events);
		}
		fputs("</tr>\n", h->out);
	}
	fputs("</tbody></table>\n", h->out);
}

bool html_summary(struct html *h)
{
	struct summary s;
	uint64_t number[2] = {0, 0};

	if (!summary_read(h->model, &s))
		return false;
	table_head(h, "");
	for (size_t i = 0; i < totals_count; i++) {
		for (int side = 0; side < 2; side++)
			number[side] = *totals_number(&s.totals[side], i);
		number_row(h, totals_names[i].text, number);
	}
	for (unsigned bit = 0; name_work(bit); bit++) {
		for (int side = 0; side < 2; side++)
			number[side] = s.totals[side].work[bit];
		if (number[0] || number[1])
			number_row(h, explain_work(bit), number);
	}
	for (unsigned harm = 0; harm < TOTALS_HARMS; harm++) {
		for (int side = 0; side < 2; side++)
			number[side] = s.totals[side].harm[harm];
		if (number[0] || number[1])
			number_row(h, name_harm(harm), number);
	}
	fputs("</tbody></table>\n", h->out);
	if (s.kinds)
		costs(h, &s);
	summary_free(&s);
	return true;
}

static void event_cell(struct html *h, int side, uint64_t n)
{
	const struct event *e = model_event(h->model, side, n);
	char name[NAME_MAX_BYTES], where[512], marks[256];

	if (!e) {
		fputs("<td class=\"none\"></td>", h->out);
		return;
	}
	if (e->gap) {
		gap_title(e, where, sizeof(where));
		fprintf(h->out, "<td>%s</td>", where);
		return;
	}
	cells_where(e, model_symbol(h->model, side, e), where, sizeof(where));
	cells_marks(e, marks, sizeof(marks), false);
	fprintf(h->out, "<td><b>%" PRIu64 "</b> %s%s on %s%s<br><small>", e->n,
		e->depth > 1 ? "└ " : "", name_event(e->type, e->vector, name),
		name_stack(e->stack), e->nmi & FT_NMI_BLOCKED ? ", NMIs blocked" : "");
	export_html_text(h->out, where);
	fprintf(h->out, "%s%s</small></td>", marks[0] ? "; " : "", marks);
}

static void difference_row(struct html *h, struct place place, unsigned differences)
{
	struct explain explain;
	char text[256];
	uint64_t n[2];

	model_numbers(h->model, place, n);
	fputs("<tr>", h->out);
	event_cell(h, 0, n[0]);
	event_cell(h, 1, n[1]);
	explain_row(h->model, place, &explain);
	fprintf(h->out, "<td><b>%s</b><br><small>",
		difference_text(differences, text, sizeof(text)));
	export_html_text(h->out, explain.why);
	fputs("</small></td></tr>\n", h->out);
}

/* False after a message: the user stopped it. */
static bool first_rows(struct html *h)
{
	struct place place = {0, 0, 0};
	unsigned shown = 0;
	size_t step = SIZE_MAX;

	fprintf(h->out,
		"<h2>Rows that differ</h2>\n<p>The first %d; software work alone is not "
		"counted.</p>\n"
		"<table "
		"class=\"rows\"><thead><tr><th>A</th><th>B</th><th>why</th></tr></thead><tbody>\n",
		ROWS_SHOWN);
	do {
		unsigned differences = model_differences(h->model, place);

		if (!(differences & DIFFERS_MATTERS))
			continue;
		if (export_stopped())
			return false;
		if (place.step != step) {
			const struct model_step *s = &h->model->step[step = place.step];

			fprintf(h->out, "<tr><th colspan=\"3\">step %" PRIu64 ": ", s->value);
			export_html_text(h->out, s->text ? s->text : "");
			fputs("</th></tr>\n", h->out);
		}
		difference_row(h, place, differences);
		shown++;
	} while (shown < ROWS_SHOWN && model_next(h->model, &place));
	fputs("</tbody></table>\n", h->out);
	return true;
}

static void tally_table(struct html *h, const struct tally *t)
{
	fputs("<h2>Differences</h2>\n<table><thead><tr><th>rows</th><th></th></tr></"
	      "thead><tbody>\n",
	      h->out);
	fprintf(h->out, "<tr><td>alike</td><td class=\"n\">%" PRIu64 "</td></tr>\n", t->alike);
	for (unsigned i = 0; i < DIFFERENCES; i++)
		fprintf(h->out, "<tr><td>%s</td><td class=\"n\">%" PRIu64 "</td></tr>\n",
			difference_name(i), t->count[i]);
	fputs("</tbody></table>\n", h->out);
}

bool html_differences(struct html *h)
{
	struct tally *t = malloc(sizeof(*t));
	bool whole = t;

	if (!t)
		return fail("out of memory"), false;
	tally_begin(t);
	while (whole && tally_more(h->model, t)) {
		double share = tally_share(h->model, t);

		progress_at(&h->x->progress, (uint64_t)(share * (double)h->x->total));
		whole = !export_stopped();
	}
	if (whole)
		tally_table(h, t);
	free(t);
	return whole && first_rows(h);
}
