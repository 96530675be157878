/* SPDX-License-Identifier: MIT */
#include "explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "event/cells.h"
#include "event/names.h"
#include "event/titles.h"
#include "reasons.h"

#define SIDE_BYTES (EXPLAIN_BYTES / 2 - 1)

static void describe(struct model *m, int side, const struct event *e, char *to, size_t size)
{
	char name[NAME_MAX_BYTES], where[256];
	const char *delivery = e->flags & FT_FLAG_FRED ? "FRED" : "the IDT";
	unsigned ring = e->frame[FRAME_CS] & 3;
	int used;

	name_event(e->type, e->vector, name);
	cells_where(e, model_symbol(m, side, e), where, sizeof(where));
	if (!e->entered) {
		snprintf(to, size, "%s, of which only the return was recorded.", name);
		return;
	}
	used = snprintf(to, size, "%s, delivered by %s in ring %u at %s, its frame on the %s", name,
			delivery, ring, where, name_stack(e->stack));
	if (e->parent && used > 0 && (size_t)used < size)
		used += snprintf(to + used, size - (size_t)used, ", inside event %" PRIu64,
				 e->parent);
	if (used > 0 && (size_t)used < size)
		snprintf(to + used, size - (size_t)used, ".");
}

static void describe_side(struct model *m, int side, const struct event *e, char *to, size_t size)
{
	char text[SIDE_BYTES - 4] = "the run has no such event.", gap[64];

	if (e && e->gap) {
		gap_title(e, gap, sizeof(gap));
		snprintf(text, sizeof(text), "Here %s.", gap);
	}
	if (e && !e->gap)
		describe(m, side, e, text, sizeof(text));
	if (m->sides == 2)
		snprintf(to, size, "%c: %s", "AB"[side], text);
	else
		snprintf(to, size, "%s", text);
}

static void explain_heading(const struct model_step *step, struct explain *out)
{
	if (step->text && (step->value || step->text[0]))
		snprintf(out->what, sizeof(out->what),
			 "Step %" PRIu64 " of the workload begins: %s.", step->value, step->text);
	else
		snprintf(out->what, sizeof(out->what),
			 "What happened before the workload's first step.");
	snprintf(out->why, sizeof(out->why),
		 "Runs are aligned step by step, then by type and vector, then by nesting; time "
		 "plays no part in it.");
}

static void explain_harm(struct model *m, int side, uint64_t n, struct explain *out)
{
	struct store_harm harm;
	size_t used = strlen(out->why);

	if (!n || !store_harm(m->store, m->side[side].run.id, n, &harm))
		return;
	snprintf(out->why + used, sizeof(out->why) - used,
		 " The kernel noticed it and contained it: %s.", name_harm(harm.harm));
}

void explain_row(struct model *m, struct place place, struct explain *out)
{
	const struct event *e[2] = {NULL, NULL};
	struct event copy[2];
	char text[2][SIDE_BYTES];
	uint64_t n[2];

	memset(out, 0, sizeof(*out));
	if (place_is_heading(place)) {
		explain_heading(&m->step[place.step], out);
		return;
	}
	model_numbers(m, place, n);
	for (int side = 0; side < m->sides; side++) {
		const struct event *there = model_event(m, side, n[side]);

		if (there)
			copy[side] = *there;
		e[side] = there ? &copy[side] : NULL;
		describe_side(m, side, e[side], text[side], sizeof(text[side]));
	}
	snprintf(out->what, sizeof(out->what), "%s%s%s", text[0], m->sides == 2 ? "\n" : "",
		 m->sides == 2 ? text[1] : "");
	snprintf(out->why, sizeof(out->why), "%s",
		 explain_why(e[0], e[1], model_differences(m, place)));
	for (int side = 0; side < m->sides; side++)
		explain_harm(m, side, n[side], out);
}
