/* SPDX-License-Identifier: MIT */
/* The rings, and the clock that all records go by. */
#include "ring.h"

struct ft_ring trace_rings[CPUS];
unsigned ring_flags;
uint64_t ring_time_zero; /* firmware and GRUB take a different time each boot */

void ring_start_clock(void)
{
	if (!ring_time_zero)
		ring_time_zero = rdtsc();
}
