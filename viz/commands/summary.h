/* SPDX-License-Identifier: MIT */
/* The few numbers that sum up one run or two. */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "model/model.h"

/* To stdout: counts, deepest nesting, stack switches, NMIs, software work, results. */
void summary_print(struct model *m);

#endif
