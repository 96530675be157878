/* SPDX-License-Identifier: MIT */
/* Many events as fast as they go: for throughput from kernel to database. */
#include "kernel/options.h"
#include "programs.h"
#include "workload.h"

static bool bulk(void)
{
	step(1, "system calls and faults, over and over");
	return run_user("bulk", PROGRAM_BULK | (options.count ? options.count : 1000) << 8) == 0;
}

const struct workload bulk_workload = {"bulk", "count=N rounds of 4 events each", bulk, false};
