/* SPDX-License-Identifier: MIT */
#include "pick.h"

#include <inttypes.h>
#include <langinfo.h>
#include <stdio.h>
#include <string.h>

#include "event/names.h"
#include "talk/text.h"

int pick_runs(struct store *store, char **words, int count, struct run runs[2])
{
	if (!count)
		return store_newest(store, runs);
	if (count > 2) {
		fail("at most two runs can be laid side by side");
		return 0;
	}
	for (int i = 0; i < count; i++) {
		if (!store_find(store, words[i], &runs[i]))
			return 0;
	}
	return count;
}

bool pick_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

void pick_title(const struct run *run, char *to, size_t size)
{
	snprintf(to, size, "run %" PRId64 ": %s %s %s, %" PRIu64 " events%s%s", run->id,
		 run->workload[0] ? run->workload : "(unknown)", name_delivery(run->options),
		 name_variant(run->options), run->events,
		 run->incomplete[0] ? ", incomplete: " : "", run->incomplete);
}
