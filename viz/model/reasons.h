/* SPDX-License-Identifier: MIT */
/* The sentences behind explain: a table of what may be seen in a row, and why it is so. */
#ifndef MODEL_REASONS_H
#define MODEL_REASONS_H

#include "event/digest.h"

/*
 * The first rule that fits two events that stand opposite, or one of which is NULL. With
 * one run b is NULL and differences are 0. Never NULL.
 */
const char *explain_why(const struct event *a, const struct event *b, unsigned differences);

#endif
