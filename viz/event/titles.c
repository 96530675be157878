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

void gap_title(const struct event *e, char *to, size_t size)
{
	if (e->lost < 0)
		snprintf(to, size, "records are missing, how many is not known");
	else
		snprintf(to, size, "%" PRId64 " record%s missing", e->lost,
			 e->lost == 1 ? " is" : "s are");
}

void event_title(const struct event *e, char *to, size_t size)
{
	char name[NAME_MAX_BYTES];

	if (!e)
		snprintf(to, size, "(no event here)");
	else if (e->gap)
		gap_title(e, to, size);
	else
		snprintf(to, size, "%" PRIu64 " %s on %s, depth %d", e->n,
			 name_event(e->type, e->vector, name), name_stack(e->stack), e->depth);
}
