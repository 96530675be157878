/* SPDX-License-Identifier: MIT */
/* The few numbers that sum up one run or two. */
#ifndef COMMANDS_SUMMARY_H
#define COMMANDS_SUMMARY_H

#include "model/model.h"

/* To stdout: counts, deepest nesting, stack switches, NMIs, software work, results. */
void summary_print(struct model *m);

#endif
