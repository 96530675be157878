/* SPDX-License-Identifier: MIT */
#include "../workload.h"
static bool cost(void)
{
	return true;
}
const struct workload cost_workload = { "cost", "instructions per event and delivery", cost, false };
