/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FIRST_MS 500 /* shorter work needs no progress */
#define EVERY_MS 100

uint64_t progress_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void progress_begin(struct progress *p, const char *what, int64_t total)
{
	p->what = what;
	p->total = total;
	p->started = progress_clock();
	p->shown = p->started + FIRST_MS - EVERY_MS;
	p->drawn = false;
	p->terminal = isatty(STDERR_FILENO);
}

bool progress_due(struct progress *p)
{
	if (!p->terminal)
		return false;
	uint64_t now = progress_clock();

	if (now < p->shown + EVERY_MS)
		return false;
	p->shown = now;
	return true;
}

void progress_text(struct progress *p, const char *text)
{
	fprintf(stderr, "\r%s: %s\033[K", p->what, text);
	fflush(stderr);
	p->drawn = true;
}

void progress_at(struct progress *p, uint64_t done)
{
	char text[64];

	if (!progress_due(p))
		return;
	if (p->total > 0)
		snprintf(text, sizeof(text), "%3.0f %%", 100.0 * (double)done / (double)p->total);
	else
		snprintf(text, sizeof(text), "%.1f MB", (double)done / 1e6);
	progress_text(p, text);
}

void progress_end(struct progress *p)
{
	if (p->drawn)
		fprintf(stderr, "\r\033[K");
}
