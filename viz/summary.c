/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include <inttypes.h>
#include <stdio.h>

#include "names.h"

static void print_line(const struct model *m, const char *name, const uint64_t *number)
{
	printf("  %-28s", name);
	for (int side = 0; side < m->sides; side++)
		printf(" %12" PRIu64, number[side]);
	putchar('\n');
}

static void print_results(struct model *m)
{
	if (m->sides < 2)
		return;
	switch (store_same_results(m->store, m->side[0].run.id, m->side[1].run.id)) {
	case 1: printf("  results of the steps: equal\n"); break;
	case 0: printf("  results of the steps: DIFFERENT\n"); break;
	default: printf("  results of the steps: none recorded\n"); break;
	}
}

void summary_print(struct model *m)
{
	struct totals totals[2] = {0};
	uint64_t number[2] = {0};

	printf("\n  %-28s", "summary");
	for (int side = 0; side < m->sides; side++) {
		store_totals(m->store, m->side[side].run.id, &totals[side]);
		printf(" %12s", name_delivery(m->side[side].run.options));
	}
	putchar('\n');
	for (size_t i = 0; i < totals_count; i++) {
		for (int side = 0; side < m->sides; side++)
			number[side] = *totals_number(&totals[side], i);
		print_line(m, totals_names[i].text, number);
	}
	for (unsigned bit = 0; name_work(bit); bit++) {
		char name[32];

		snprintf(name, sizeof(name), "  %s", name_work(bit));
		for (int side = 0; side < m->sides; side++)
			number[side] = totals[side].work[bit];
		if (number[0] || (m->sides == 2 && number[1]))
			print_line(m, name, number);
	}
	print_results(m);
}
