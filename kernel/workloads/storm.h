/* SPDX-License-Identifier: MIT */
/*
 * workload=storm, what kernel and ring 3 share: the kinds of events that it counts. One result
 * record for each kind says how many were sent; the trace says how many came.
 */
#ifndef STORM_H
#define STORM_H

#include <stdint.h>

enum storm_kind {
	STORM_DB = 1,
	STORM_NMI,
	STORM_MC,
	STORM_PF, /* in ring 0 */
	STORM_INT3,
	STORM_UD,
	STORM_DE,
	STORM_INT80,
	STORM_INTERRUPT,
	STORM_KINDS
};

/* SYS_WORKLOAD in ring 3's half: (STORM_ACT, 0) what the kernel does is the dice's, too;
 * (kind, n): so many were sent. */
#define STORM_ACT 0

/* 0 to sides - 1 (xorshift64*: George Marsaglia, "Xorshift RNGs", 2003; Sebastiano Vigna, 2016) */
static inline unsigned storm_dice(uint64_t *state, unsigned sides)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (unsigned)((*state * 2685821657736338717ull >> 32) % sides);
}

/* Neighbouring seeds must not begin alike, and the state may not be 0. */
static inline uint64_t storm_state(uint64_t seed)
{
	return (seed + 1) * 0x9e3779b97f4a7c15ull | 1;
}

#endif
