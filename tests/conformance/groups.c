// SPDX-License-Identifier: MIT
/* The table of contents: from what all else stands on to what combines it. */
#include "suite.h"

extern const struct group enumeration, msr, types, exceptions, interrupts, delivery, levels, debug,
	nested, erets, eretu, effects, stepping, nmi, nmi_nesting, forbidden, lkgs, switching,
	random_part;

const struct group *const groups[] = {
	&enumeration, &msr,	  &types, &exceptions, &interrupts,  &delivery, &levels,
	&debug,	      &nested,	  &erets, &eretu,      &effects,     &stepping, &nmi,
	&nmi_nesting, &forbidden, &lkgs,  &switching,  &random_part,
};
const unsigned group_count = sizeof(groups) / sizeof(groups[0]);
