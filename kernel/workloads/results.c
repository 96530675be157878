/* SPDX-License-Identifier: MIT */
/* Results by step; a step that was not reached is not a zero. */
#include "results.h"
#include "kernel/console.h"
#include "kernel/library.h"
#include "kernel/trace/record.h"

static struct {
	bool set[RESULTS];
	uint64_t value[RESULTS];
} half[2], *current = &half[0];

void results_begin(unsigned which)
{
	current = &half[which];
	memset(current, 0, sizeof(*current));
}

void result_set(unsigned step, uint64_t value)
{
	trace_result(step, value);
	if (step >= RESULTS)
		return;
	current->set[step] = true;
	current->value[step] = value;
}

bool results_equal(void)
{
	unsigned differ = 0, steps = 0;

	for (unsigned i = 0; i < RESULTS; i++) {
		steps += half[0].set[i] || half[1].set[i];
		if (half[0].set[i] == half[1].set[i] && half[0].value[i] == half[1].value[i])
			continue;
		differ++;
		printk("step %u: idt %s%lx, fred %s%lx\n", i, half[0].set[i] ? "" : "not reached ",
		       half[0].value[i], half[1].set[i] ? "" : "not reached ", half[1].value[i]);
	}
	printk("results: %u steps, %u differ between idt and fred\n", steps, differ);
	return differ == 0;
}
