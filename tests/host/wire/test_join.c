/* SPDX-License-Identifier: MIT */
/* From records to events: entries meet their exits, and what has no partner is told so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire/join.h"

#define MOST 20000

/* All that came out of the joining, as a database would have it. */
static struct {
	struct event event[MOST + 1]; /* by number */
	struct run run[4];
	struct nmi_window window[8];
	uint64_t events, steps, late;
	unsigned runs, windows, records, infos;
	char info[512];
} seen;

static struct join join;
static uint64_t sequence, tsc;
static unsigned nmi, task;

static int on_begin(void *ctx, const struct run *run)
{
	(void)ctx;
	seen.run[seen.runs] = *run;
	seen.events = 0;
	return 0;
}

static int on_event(void *ctx, const struct event *event)
{
	(void)ctx;
	assert_int_equal(event->n, seen.events + 1); /* in order, none twice */
	seen.event[++seen.events] = *event;
	return 0;
}

static int on_late(void *ctx, const struct event *late)
{
	struct event *e = &seen.event[late->n];

	(void)ctx;
	assert_in_range(late->n, 1, seen.events);
	assert_false(e->exited);
	e->exited = true;
	e->exit_tsc = late->exit_tsc;
	seen.late++;
	return 0;
}

static int on_step(void *ctx, uint64_t ordinal, uint64_t value, const char *text, uint64_t when,
		   uint64_t first_n)
{
	(void)ctx;
	(void)value;
	(void)text;
	(void)when;
	(void)first_n;
	seen.steps = ordinal;
	return 0;
}

static int on_record(void *ctx, const struct ft_record *record, const char *text, uint64_t after_n)
{
	(void)ctx;
	(void)after_n;
	seen.records++;
	if (FT_META_KIND(record->word[FT_META]) != FT_INFO)
		return 0;
	seen.infos++;
	strncpy(seen.info, text, sizeof(seen.info) - 1);
	return 0;
}

static int on_window(void *ctx, const struct nmi_window *window)
{
	(void)ctx;
	seen.window[seen.windows++] = *window;
	return 0;
}

static int on_end(void *ctx, const struct run *run)
{
	(void)ctx;
	seen.run[seen.runs++] = *run;
	return 0;
}

static const struct sink sink = {on_begin,  on_event,  on_late, on_step,
				 on_record, on_window, on_end};

static int begin(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof(seen));
	sequence = 0;
	tsc = 100;
	nmi = 0;
	task = 1;
	return join_init(&join, &sink, NULL);
}

static int end(void **state)
{
	(void)state;
	join_free(&join);
	return 0;
}

static struct ft_record make(unsigned kind, unsigned depth, uint64_t value)
{
	struct ft_record r = {{0}};

	r.word[FT_COMMIT] = ++sequence;
	r.word[FT_TSC] = tsc += 10;
	r.word[FT_META] = FT_META(kind, 0, task, depth, 0, nmi, 0);
	r.word[FT_VALUE] = value;
	return r;
}

static void tell(unsigned kind, uint64_t value, const char *text)
{
	struct ft_record r = make(kind, 0, value);

	memcpy(&r.word[FT_FRAME], text, strlen(text));
	assert_int_equal(join_record(&join, &r), 0);
}

static void fill(struct ft_record *r, unsigned type, unsigned vector, uint64_t event)
{
	r->word[FT_EVENT] = event;
	r->word[FT_FRAME + FRAME_RIP] = 0x401000;
	r->word[FT_FRAME + FRAME_SS] = (uint64_t)vector << 32 | (uint64_t)type << 48;
}

static uint64_t enter(unsigned depth, unsigned type, unsigned vector)
{
	struct ft_record r = make(FT_ENTRY, depth, 0);

	fill(&r, type, vector, r.word[FT_COMMIT] - 1);
	assert_int_equal(join_record(&join, &r), 0);
	return r.word[FT_EVENT];
}

static void leave(uint64_t event, unsigned depth, unsigned type, unsigned vector, uint64_t flip,
		  uint64_t edited)
{
	struct ft_record r = make(FT_EXIT, depth, edited);

	fill(&r, type, vector, event);
	r.word[FT_FRAME + FRAME_RIP] ^= flip;
	assert_int_equal(join_record(&join, &r), 0);
}

static void an_entry_meets_its_exit_and_knows_its_parent(void **state)
{
	(void)state;
	tell(FT_RUN, FT_RUN_FRED, "tour");
	uint64_t outer = enter(1, TYPE_OTHER, 1), inner = enter(2, TYPE_EXCEPTION, 14);

	leave(inner, 2, TYPE_EXCEPTION, 14, 0, 0);
	leave(outer, 1, TYPE_OTHER, 1, 0, 0);
	tell(FT_END, 0, "");
	assert_int_equal(seen.runs, 1);
	assert_int_equal(seen.events, 2);
	assert_int_equal(seen.event[1].parent, 0);
	assert_int_equal(seen.event[2].parent, 1);
	assert_true(seen.event[1].exited && seen.event[2].exited);
	assert_true(seen.event[1].exit_tsc > seen.event[2].exit_tsc);
	assert_int_equal(seen.event[2].vector, 14);
	assert_string_equal(seen.run[0].workload, "tour");
	assert_string_equal(seen.run[0].incomplete, "");
}

static void only_words_changed_without_intent_are_clobbered(void **state)
{
	(void)state;
	tell(FT_RUN, 0, "");
	leave(enter(1, TYPE_EXCEPTION, 6), 1, TYPE_EXCEPTION, 6, 2, 1 << FRAME_RIP);
	leave(enter(1, TYPE_EXCEPTION, 6), 1, TYPE_EXCEPTION, 6, 2, 1 << FRAME_RSP);
	tell(FT_END, 0, "");
	assert_int_equal(event_clobbered(&seen.event[1]), 0);
	assert_int_equal(event_clobbered(&seen.event[2]), 1 << FRAME_RIP);
}

static void an_event_that_never_returns_holds_nobody_back_for_long(void **state)
{
	(void)state;
	tell(FT_RUN, 0, "");
	uint64_t sleeper = enter(1, TYPE_OTHER, 1);

	task = 2;
	for (unsigned i = 0; i < MOST - 10; i++)
		leave(enter(1, TYPE_EXCEPTION, 14), 1, TYPE_EXCEPTION, 14, 0, 0);
	assert_in_range(seen.events, MOST - 10 - JOIN_WINDOW, MOST);
	assert_false(seen.event[1].exited);
	task = 1;
	leave(sleeper, 1, TYPE_OTHER, 1, 0, 0);
	assert_int_equal(seen.late, 1);
	assert_true(seen.event[1].exited);
	enter(1, TYPE_OTHER, 1);
	tell(FT_END, 0, "");
	assert_int_equal(seen.events, MOST - 10 + 2);
	assert_false(seen.event[seen.events].exited);
}

static void an_exit_whose_entry_was_lost_is_an_event_too(void **state)
{
	(void)state;
	tell(FT_RUN, 0, "");
	leave(4711, 1, TYPE_EXCEPTION, 14, 0, 0);
	tell(FT_END, 0, "");
	assert_int_equal(seen.events, 1);
	assert_false(seen.event[1].entered);
	assert_true(seen.event[1].exited);
	assert_int_equal(seen.event[1].vector, 14);
}

static void a_gap_stands_in_its_place_and_marks_the_run(void **state)
{
	(void)state;
	tell(FT_RUN, 0, "");
	leave(enter(1, TYPE_EXCEPTION, 6), 1, TYPE_EXCEPTION, 6, 0, 0);
	join_gap(&join, 0, 17, "17 records lost");
	leave(enter(1, TYPE_EXCEPTION, 6), 1, TYPE_EXCEPTION, 6, 0, 0);
	tell(FT_END, 0, "");
	assert_int_equal(seen.events, 3);
	assert_true(seen.event[2].gap);
	assert_int_equal(seen.event[2].lost, 17);
	assert_int_equal(seen.run[0].events, 2);
	assert_int_equal(seen.run[0].lost, 17);
	assert_string_equal(seen.run[0].incomplete, "17 records lost");
}

static void a_loss_between_two_runs_harms_neither(void **state)
{
	(void)state;
	tell(FT_RUN, 0, "");
	tell(FT_END, 0, "");
	join_gap(&join, 0, 5, "lost");
	tell(FT_RUN, 0, "");
	tell(FT_END, 0, "");
	assert_int_equal(seen.runs, 2);
	assert_string_equal(seen.run[1].incomplete, "");
}

static void a_run_whose_head_was_lost_begins_with_a_gap(void **state)
{
	(void)state;
	join_gap(&join, 0, -1, "the beginning is missing");
	leave(enter(1, TYPE_EXCEPTION, 6), 1, TYPE_EXCEPTION, 6, 0, 0);
	join_end(&join, "cut short");
	assert_int_equal(seen.runs, 1);
	assert_true(seen.event[1].gap);
	assert_int_equal(seen.events, 2);
	assert_string_equal(seen.run[0].incomplete, "the beginning of the run is missing");
}

static void both_halves_of_a_boot_know_what_was_told_before_the_first(void **state)
{
	(void)state;
	tell(FT_TASK, 1, "init");
	tell(FT_RUN, 1 << FT_RUN_HALF_SHIFT, "");
	tell(FT_MARK, 1, "a step");
	tell(FT_END, 0, "");
	enter(1, TYPE_EXCEPTION, 6); /* between the runs: nobody's */
	tell(FT_INFO, 0, "only=second");
	tell(FT_RUN, 2 << FT_RUN_HALF_SHIFT, "");
	join_end(&join, "cut short");
	assert_int_equal(seen.runs, 2);
	assert_int_equal(seen.records, 3); /* the task twice, the info once */
	assert_int_equal(RUN_HALF(seen.run[1].options), 2);
	assert_string_equal(seen.run[1].incomplete, "cut short");
}

static void an_info_in_pieces_is_one_text_without_control_characters(void **state)
{
	struct ft_record r;

	(void)state;
	tell(FT_RUN, 0, "");
	r = make(FT_INFO, 0, 0);
	r.word[FT_AUX] = 1;
	memset(&r.word[FT_FRAME], 'a', FT_TEXT_BYTES);
	join_record(&join, &r);
	tell(FT_INFO, 0, "b\033[31mc");
	assert_int_equal(seen.infos, 1);
	assert_int_equal(strlen(seen.info), 64 + 7);
	assert_string_equal(seen.info + 64, "b?[31mc");
	join_end(&join, "");
}

static void nmis_stay_blocked_from_an_nmi_to_the_first_open_record(void **state)
{
	(void)state;
	tell(FT_RUN, 0, "");
	nmi = FT_NMI_BLOCKED | FT_NMI_OBSERVED;
	uint64_t outer = enter(1, TYPE_NMI, 2);

	nmi |= FT_NMI_PENDING;
	leave(enter(2, TYPE_EXCEPTION, 14), 2, TYPE_EXCEPTION, 14, 0, 0);
	leave(outer, 1, TYPE_NMI, 2, 0, 0);
	nmi = FT_NMI_BLOCKED | FT_NMI_OBSERVED; /* the next one, at once: it was open between */
	leave(enter(1, TYPE_NMI, 2), 1, TYPE_NMI, 2, 0, 0);
	nmi = FT_NMI_OBSERVED;
	enter(1, TYPE_EXCEPTION, 6);
	assert_int_equal(seen.windows, 2);
	assert_int_equal(seen.window[0].from_n, 1);
	assert_int_equal(seen.window[0].to_n, 2);
	assert_true(seen.window[0].pending && seen.window[0].observed && seen.window[0].closed);
	assert_int_equal(seen.window[1].from_n, 3);
	assert_int_equal(seen.window[1].to_n, 3);
	assert_false(seen.window[1].pending);
	join_end(&join, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_entry_meets_its_exit_and_knows_its_parent),
		TEST(only_words_changed_without_intent_are_clobbered),
		TEST(an_event_that_never_returns_holds_nobody_back_for_long),
		TEST(an_exit_whose_entry_was_lost_is_an_event_too),
		TEST(a_gap_stands_in_its_place_and_marks_the_run),
		TEST(a_loss_between_two_runs_harms_neither),
		TEST(a_run_whose_head_was_lost_begins_with_a_gap),
		TEST(both_halves_of_a_boot_know_what_was_told_before_the_first),
		TEST(an_info_in_pieces_is_one_text_without_control_characters),
		TEST(nmis_stay_blocked_from_an_nmi_to_the_first_open_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
