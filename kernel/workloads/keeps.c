/* SPDX-License-Identifier: MIT */
/* What a program may rely on, whoever delivers: each step's result is 1, or the kernel is wrong. */
#include "programs.h"
#include "workload.h"

static bool keeps(void)
{
	return run_user("keeps", PROGRAM_KEEPS) == 0;
}

const struct workload keeps_workload = {"keeps", "what a program may rely on", keeps, true};
