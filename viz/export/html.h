/* SPDX-License-Identifier: MIT */
/* The pieces of `export --format html`: one page without scripts, fonts or other files. */
#ifndef EXPORT_HTML_H
#define EXPORT_HTML_H

#include "export.h"
#include "model/lanes.h"

struct html {
	FILE *out;
	struct export *x;
	struct model *model;
};

/* Pictures as SVG within the page. False after a message. */
bool html_lanes(struct html *h, int side, enum lanes_unit unit);
bool html_stacks(struct html *h, int side, uint64_t n);

/* Tables. False after a message. */
bool html_summary(struct html *h);
bool html_differences(struct html *h);

/* A colour that eyes of all kinds tell from the others'; the letter says the same. */
const char *html_stack_colour(unsigned stack);

#endif
