/* SPDX-License-Identifier: MIT */
#include "export.h"

#include <stdlib.h>

#include "talk/cancel.h"
#include "talk/message.h"

#define AT_ONCE 256

bool export_stopped(void)
{
	if (!cancel_wanted())
		return false;
	fail("export: stopped; nothing is left of it");
	return true;
}

bool export_events(struct export *x, const struct run *run, export_take *take, void *ctx)
{
	struct event *e = malloc(AT_ONCE * sizeof(*e));
	uint64_t next = 1;
	size_t got = AT_ONCE;
	bool good = e;

	if (!e)
		fail("out of memory");
	while (good && got == AT_ONCE) {
		got = store_events(x->store, run->id, next, AT_ONCE, e);
		for (size_t i = 0; i < got && good; i++)
			good = take(ctx, &e[i],
				    store_symbol(x->store, run->boot, event_rip(&e[i])));
		if (got)
			next = e[got - 1].n + 1;
		x->done += got;
		progress_at(&x->progress, x->done);
		good = good && !export_stopped();
	}
	free(e);
	return good;
}

void export_json_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
}

void export_html_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&': fputs("&amp;", out); break;
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '"': fputs("&quot;", out); break;
		default: fputc(*text, out);
		}
	}
}
