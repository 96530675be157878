/* SPDX-License-Identifier: MIT */
/* Events from ring 3 for the price list: time stamps right before and right after. */
#include "user.h"

void program_cost(void)
{
}
