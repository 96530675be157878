/* SPDX-License-Identifier: MIT */
/* One page to read or to hand in: no script, no other file, no network. */
#include <inttypes.h>
#include <string.h>

#include "event/names.h"
#include "html.h"
#include "model/stacks.h"
#include "talk/message.h"

#define MOMENTS	  4   /* of stacks, at most */
#define LOOK_PAST 256 /* events behind a clobbered one, in which the other frame came */

static const char style[] =
	":root{color-scheme:light dark;--line:#8886}\n"
	"body{font:15px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}\n"
	"h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}\n"
	"table{border-collapse:collapse;margin:1rem "
	"0;display:block;overflow-x:auto}th,td{text-align:left;vertical-align:top;"
	"padding:.15rem .7rem;border-bottom:1px solid var(--line)}\n"
	".n{text-align:right;font-variant-numeric:tabular-nums}.none{background:#8882}\n"
	".rows td{width:30%}.bar{display:inline-block;height:.7em;background:#0072b2}\n"
	"svg{width:100%;font:11px system-ui,sans-serif}svg text{fill:currentColor}\n"
	"svg text.in{fill:#fff;font-weight:600}svg .small{font-size:9px}\n"
	".step{stroke:#8886}.memory{fill:#8882;stroke:#888}.running{stroke-width:3}\n"
	".left{opacity:.35}.gone{fill-opacity:.5;stroke:#b00020;stroke-dasharray:4 2}\n"
	".torn{fill:none;stroke:#b00020;stroke-width:2}\n";

static void head(struct html *h)
{
	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>fredlab: ",
	      h->out);
	for (int side = 0; side < h->model->sides; side++)
		fprintf(h->out, "%srun %" PRId64, side ? " and " : "", h->model->side[side].run.id);
	fprintf(h->out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>", style);
	fputs(h->model->sides == 2 ? "Two runs, side by side" : "A run", h->out);
	fputs("</h1>\n", h->out);
}

static void runs(struct html *h)
{
	fputs("<table><thead><tr><th></th><th>run</th><th>workload</th><th>delivery</th>"
	      "<th>events</th><th>records lost</th><th>state</th></tr></thead><tbody>\n",
	      h->out);
	for (int side = 0; side < h->model->sides; side++) {
		const struct run *r = &h->model->side[side].run;

		fprintf(h->out, "<tr><td>%c</td><td class=\"n\">%" PRId64 "</td><td>", "AB"[side],
			r -> id);
		export_html_text(h->out, r->workload);
		fprintf(h->out,
			"</td><td>%s %s</td><td class=\"n\">%" PRIu64
			"</td><td class=\"n\">%" PRIu64 "</td><td>",
			name_delivery(r->options), name_variant(r->options), r->events, r->lost);
		if (r->incomplete[0])
			export_html_text(h->out, r->incomplete);
		else
			fprintf(h->out, "whole, ended with %" PRIu64, r->result);
		fputs("</td></tr>\n", h->out);
	}
	fputs("</tbody></table>\n", h->out);
}

static bool timelines(struct html *h)
{
	fputs("<h2>Time</h2>\n<p>A lane a stack; the numbers above are the workload's steps. First "
	      "by "
	      "the run's own clock, then event by event, all equally wide.</p>\n",
	      h->out);
	for (int side = 0; side < h->model->sides; side++) {
		const struct run *r = &h->model->side[side].run;

		fprintf(h->out, "<h3>run %" PRId64 ": %s %s</h3>\n", r->id,
			name_delivery(r->options), name_variant(r->options));
		if (!html_lanes(h, side, LANES_TICKS) || !html_lanes(h, side, LANES_EVENTS))
			return false;
	}
	return true;
}

/* ---- moments worth a picture of the stacks ---------------------------------- */

struct moment {
	const char *why;
	uint64_t n[2];
};

/* When event n's frame was pushed over: by which event. 0 if that is not seen. */
static uint64_t tearing(struct html *h, int side, uint64_t n)
{
	for (uint64_t at = n + 1; at <= n + LOOK_PAST && at <= h->model->side[side].last; at++) {
		struct stacks s;
		bool torn = false;

		if (!stacks_at(h->model, side, at, &s))
			break;
		for (size_t i = 0; i < s.count; i++) {
			for (size_t f = 0; f < s.stack[i].frames; f++)
				torn |= s.stack[i].frame[f].n == n &&
					s.stack[i].frame[f].torn_by == at;
		}
		stacks_free(&s);
		if (torn)
			return at;
	}
	return 0;
}

static bool clobbered(const struct digest *d)
{
	return d->clobbered;
}

static bool nested_nmi(const struct digest *d)
{
	return d->type == TYPE_NMI && d->depth > 1;
}

static bool in_nmi(const struct digest *d)
{
	return d->type != TYPE_NMI && d->nmi & FT_NMI_BLOCKED && d->depth > 1;
}

static bool deep(const struct digest *d)
{
	return d->depth > 2;
}

static const struct {
	const char *why;
	bool (*holds)(const struct digest *d);
} wanted[MOMENTS] = {
	{"a frame is overwritten", clobbered},
	{"an NMI inside another event", nested_nmi},
	{"an event while NMIs are blocked", in_nmi},
	{"three events deep", deep},
};

#define LOOK_AT 1000000 /* events of each run, for a moment */
#define TRIES	8	/* overwritten frames whose other one is looked for */

/* The first event of a side that is wanted; for one that was overwritten, when it was. */
static uint64_t find_event(struct html *h, int side, unsigned what)
{
	uint64_t last = h->model->side[side].last;
	unsigned tries = 0;
	struct digest d;

	last = last < LOOK_AT ? last : LOOK_AT;
	for (uint64_t n = 1; n <= last && model_digest(h->model, side, n, &d); n++) {
		uint64_t at = n;

		if (!wanted[what].holds(&d))
			continue;
		if (wanted[what].holds == clobbered)
			at = tearing(h, side, n);
		if (at || ++tries == TRIES)
			return at ? at : n;
	}
	return 0;
}

static bool find_moment(struct html *h, unsigned what, struct moment *moment)
{
	for (int side = 0; side < h->model->sides; side++) {
		uint64_t n = find_event(h, side, what);
		struct place place;

		if (!n || !model_find(h->model, side, n, &place))
			continue;
		moment->why = wanted[what].why;
		model_moment(h->model, place, moment->n);
		return true;
	}
	return false;
}

static bool stacks(struct html *h)
{
	uint64_t seen[2] = {0}; /* one moment is often wanted for two reasons in a row */

	fputs("<h2>Stacks</h2>\n<p>Memory of the stacks that were used, high addresses on top. "
	      "Pale: "
	      "left from an event that has returned. Dashed, with a zigzag: overwritten while it "
	      "was "
	      "still needed. Thick border: the stack in use.</p>\n",
	      h->out);
	for (unsigned i = 0; i < MOMENTS; i++) {
		struct moment moment = {0};

		if (!find_moment(h, i, &moment) ||
		    (seen[0] == moment.n[0] && seen[1] == moment.n[1]))
			continue;
		memcpy(seen, moment.n, sizeof(seen));
		fprintf(h->out, "<h3>%s</h3>\n", moment.why);
		for (int side = 0; side < h->model->sides; side++) {
			fprintf(h->out, "<p>run %" PRId64 ", event %" PRIu64 "</p>\n",
				h->model->side[side].run.id, moment.n[side]);
			if (!html_stacks(h, side, moment.n[side]))
				return false;
		}
	}
	return true;
}

bool export_html(struct export *x)
{
	struct model m;
	struct html h = {.out = x->out, .x = x, .model = &m};
	bool good;

	if (x->count > 2)
		return fail("a page shows one run, or two side by side"), false;
	if (!model_open(&m, x->store, x->runs, x->count))
		return false;
	head(&h);
	runs(&h);
	fputs("<h2>Summary</h2>\n", h.out);
	good = html_summary(&h);
	good = good && timelines(&h) && stacks(&h);
	if (good && m.sides == 2)
		good = html_differences(&h);
	fprintf(h.out, "<p><small>Made by fredviz " FREDVIZ_VERSION " of fredlab.</small></p>\n"
		       "</body>\n</html>\n");
	if (good && m.trouble)
		good = (fail("the database could not be read to its end, or memory is short"),
			false);
	model_close(&m);
	return good;
}
