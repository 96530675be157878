/* SPDX-License-Identifier: MIT */
/*
 * How long something may take before a key must be looked at. Long work is done in
 * slices: each gets a budget, and stops with what it has when that is used up.
 */
#ifndef TALK_BUDGET_H
#define TALK_BUDGET_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct budget {
	uint64_t until_us; /* 0 = no limit */
};

static inline uint64_t budget_clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static inline struct budget budget_us(uint64_t us)
{
	return (struct budget){budget_clock_us() + us};
}

static inline bool budget_left(const struct budget *b)
{
	return !b->until_us || budget_clock_us() < b->until_us;
}

/* How a search ended */
enum found {
	FOUND,
	FOUND_NONE, /* there is none in that direction */
	FOUND_LATER /* the budget is used up; ask again from where it stopped */
};

#endif
