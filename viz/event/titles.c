/* SPDX-License-Identifier: MIT */
#include "titles.h"

#include <inttypes.h>
#include <stdio.h>

#include "names.h"

void run_title(const struct run *run, char *to, size_t size)
{
	snprintf(to, size, "run %" PRId64 ": %s %s %s, %" PRIu64 " events%s%s", run->id,
		 run->workload[0] ? run->workload : "(unknown)", name_delivery(run->options),
		 name_variant(run->options), run->events,
		 run->incomplete[0] ? ", incomplete: " : "", run->incomplete);
}

void event_title(const struct event *e, char *to, size_t size)
{
	char name[NAME_MAX_BYTES];

	if (!e)
		snprintf(to, size, "(no event here)");
	else if (e->gap)
		snprintf(to, size, "%" PRIu64 " records are missing", e->n);
	else
		snprintf(to, size, "%" PRIu64 " %s on %s, depth %d", e->n,
			 name_event(e->type, e->vector, name), name_stack(e->stack), e->depth);
}
