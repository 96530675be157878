/* SPDX-License-Identifier: MIT */
/* What the formats of `fredviz export` share: the runs, where they are written, the walk. */
#ifndef EXPORT_H
#define EXPORT_H

#include <stdio.h>

#include "store/store.h"
#include "talk/progress.h"

struct export
{
	struct store *store;
	const struct run *runs;
	int count;
	FILE *out;	    /* a format that is one file writes here */
	const char *folder; /* a format that is several writes them in here; it exists */
	struct progress progress;
	uint64_t done, total; /* events */
};

struct export_format {
	const char *name;
	bool folder;
	/* False after a message; what was written is then thrown away. */
	bool (*write)(struct export *x);
};

/* Events and gaps of a run in order; symbol: never NULL. False ends the walk. */
typedef bool export_take(void *ctx, const struct event *e, const struct symbol *symbol);
bool export_events(struct export *x, const struct run *run, export_take *take, void *ctx);

/* True after a message: the user stopped it. */
bool export_stopped(void);

/* Text within quotes of JSON, without them; of HTML. Control characters are long gone. */
void export_json_text(FILE *out, const char *text);
void export_html_text(FILE *out, const char *text);

bool export_csv(struct export *x);
bool export_jsonl(struct export *x);
bool export_perfetto(struct export *x);
bool export_ctf(struct export *x);
bool export_html(struct export *x);

#endif
