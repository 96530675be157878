/* SPDX-License-Identifier: MIT */
/* The switch from one delivery to the other, in the running kernel. */
#include "delivery.h"
#include <stddef.h>
#include "alternative.h"
#include "cpu.h"
#include "percpu.h"

const struct delivery *delivery;

void delivery_use(const struct delivery *next)
{
	uint64_t flags = interrupts_save();

	if (delivery)
		delivery->disable();
	alternatives_apply(next == &fred_delivery);
	next->prepare();
	next->enable();
	delivery = next;
	/* The stack for entries from ring 3 is told at each task switch; tell it once more now */
	next->load_stack(this_cpu()->stack_top);
	interrupts_restore(flags);
}
