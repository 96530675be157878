/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include <inttypes.h>
#include <stdio.h>

#include "event/names.h"
#include "model/summary.h"

static void print_line(const struct model *m, const char *name, const uint64_t *number)
{
	printf("  %-28s", name);
	for (int side = 0; side < m->sides; side++)
		printf(" %12" PRIu64, number[side]);
	putchar('\n');
}

void summary_print(struct model *m)
{
	struct summary s;
	uint64_t number[2] = {0};

	if (!summary_read(m, &s))
		return;
	printf("\n  %-28s", "summary");
	for (int side = 0; side < m->sides; side++)
		printf(" %12s", name_delivery(m->side[side].run.options));
	putchar('\n');
	for (size_t i = 0; i < totals_count; i++) {
		for (int side = 0; side < m->sides; side++)
			number[side] = *totals_number(&s.totals[side], i);
		print_line(m, totals_names[i].text, number);
	}
	for (unsigned bit = 0; name_work(bit); bit++) {
		char name[32];

		snprintf(name, sizeof(name), "  %s", name_work(bit));
		for (int side = 0; side < m->sides; side++)
			number[side] = s.totals[side].work[bit];
		if (number[0] || number[1])
			print_line(m, name, number);
	}
	for (unsigned harm = 0; harm < TOTALS_HARMS; harm++) {
		for (int side = 0; side < m->sides; side++)
			number[side] = s.totals[side].harm[harm];
		if (number[0] || number[1])
			print_line(m, name_harm(harm), number);
	}
	if (m->sides == 2)
		printf("  results of the steps: %s\n", summary_results(s.same_results));
	summary_free(&s);
}
