/* SPDX-License-Identifier: MIT */
/*
 * "What am I looking at?" answered in two sentences: what the row under the cursor is, and
 * why it is so, or why its two events differ. The sentences say what docs/how-it-works.md
 * says. Draws nothing.
 */
#ifndef MODEL_EXPLAIN_H
#define MODEL_EXPLAIN_H

#include "model.h"

#define EXPLAIN_BYTES 1024

struct explain {
	char what[EXPLAIN_BYTES]; /* of each side that has an event, clean text */
	char why[EXPLAIN_BYTES];
};

void explain_row(struct model *m, struct place place, struct explain *out);

#endif
