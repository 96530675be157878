/* SPDX-License-Identifier: MIT */
/* What the views show, apart from any drawing: stacks, lanes, frames, summary, explain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "made_run.h"
#include "model/explain.h"
#include "model/frames.h"
#include "model/lanes.h"
#include "model/stacks.h"
#include "model/summary.h"

#define TOP 0x4000ull /* of the stack that the tests use */

/* Sequence numbers stand for time: in at `in`, out at `out` (0: never). */
static struct event on_stack(unsigned stack, uint64_t address, uint64_t in, uint64_t out)
{
	struct event e = {.entered = true, .depth = 1, .task = 1};

	e.stack = (uint8_t)stack;
	e.address = e.exit_address = address;
	e.seq = e.tsc = in;
	e.exited = out != 0;
	e.exit_seq = e.exit_tsc = out;
	e.type = TYPE_EXCEPTION;
	e.vector = 14;
	return e;
}

static const struct stacks_stack *find_stack(const struct stacks *s, unsigned stack)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->stack[i].stack == stack)
			return &s->stack[i];
	}
	return NULL;
}

static const struct stacks_frame *find_frame(const struct stacks_stack *s, uint64_t n)
{
	for (size_t i = 0; s && i < s->frames; i++) {
		if (s->frame[i].n == n)
			return &s->frame[i];
	}
	return NULL;
}

static void frames_lie_at_their_addresses_the_highest_first(void **state)
{
	struct event e[] = {on_stack(2, TOP - 64, 1, 6), on_stack(2, TOP - 256, 2, 5),
			    on_stack(2, TOP - 512, 3, 4)};
	struct stacks s;

	(void)state;
	made_run(e, 3, NULL, 0);
	struct model *m = made_open(1, 0);

	assert_true(stacks_at(m, 0, 3, &s));
	const struct stacks_stack *stack = find_stack(&s, 2);

	assert_non_null(stack);
	assert_int_equal(stack->frames, 3);
	assert_true(stack->running);
	assert_int_equal(stack->lowest, TOP - 512);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(stack->frame[i].n, i + 1);
		assert_true(stack->frame[i].open && !stack->frame[i].rewound);
		assert_int_equal(stack->frame[i].torn_by, 0);
		assert_int_equal(stack->frame[i].bytes, 48);
	}
	stacks_free(&s);
}

static void what_has_returned_is_left_until_it_is_pushed_over(void **state)
{
	struct event e[] = {on_stack(2, TOP - 64, 1, 2), on_stack(2, TOP - 256, 3, 4),
			    on_stack(2, TOP - 60, 5, 0)};
	struct stacks s;

	(void)state;
	made_run(e, 3, NULL, 0);
	struct model *m = made_open(1, 0);

	assert_true(stacks_at(m, 0, 2, &s));
	assert_false(find_frame(find_stack(&s, 2), 1)->open);
	assert_true(find_frame(find_stack(&s, 2), 2)->open);
	stacks_free(&s);
	assert_true(stacks_at(m, 0, 3, &s));
	assert_null(find_frame(find_stack(&s, 2), 1));
	assert_false(find_frame(find_stack(&s, 2), 2)->open);
	assert_false(find_frame(find_stack(&s, 2), 3)->rewound);
	stacks_free(&s);
}

static void a_stack_that_begins_anew_tears_the_frame_that_lies_there(void **state)
{
	struct event e[] = {on_stack(2, TOP - 48, 1, 8), on_stack(2, TOP - 512, 2, 7),
			    on_stack(2, TOP - 48, 3, 4)};
	struct stacks s;

	(void)state;
	e[0].changed = 1 << FRAME_RIP;
	e[0].exit_frame[FRAME_RIP] = 7;
	made_run(e, 3, NULL, 0);
	struct model *m = made_open(1, 0);

	assert_true(stacks_at(m, 0, 3, &s));
	const struct stacks_stack *stack = find_stack(&s, 2);

	assert_int_equal(find_frame(stack, 1)->torn_by, 3);
	assert_true(find_frame(stack, 3)->rewound);
	assert_int_equal(find_frame(stack, 2)->torn_by, 0);
	stacks_free(&s);
	/* A moment before, all is well */
	assert_true(stacks_at(m, 0, 2, &s));
	assert_int_equal(find_frame(find_stack(&s, 2), 1)->torn_by, 0);
	stacks_free(&s);
}

static void each_task_has_a_stack_and_stands_in_its_last_event(void **state)
{
	struct event e[] = {on_stack(0, TOP - 64, 1, 0), on_stack(0, 0x8000 - 64, 2, 0),
			    on_stack(0, 0x8000 - 256, 3, 4)};
	struct stacks s;

	(void)state;
	e[1].task = e[2].task = 2;
	made_run(e, 3, NULL, 0);
	made_sql("INSERT INTO stack VALUES(1, 1, 0, 0, 16384), (1, 2, 0, 16384, 16384)");
	struct model *m = made_open(1, 0);

	assert_true(stacks_at(m, 0, 3, &s));
	assert_int_equal(s.count, 2);
	assert_int_equal(s.stack[0].task, 1);
	assert_int_equal(s.stack[0].frames, 1);
	assert_false(s.stack[0].running);
	assert_int_equal(s.stack[1].frames, 2);
	assert_true(s.stack[1].running);
	assert_int_equal(s.stack[1].low, 16384);
	stacks_free(&s);
}

static void stacks_of_no_moment_and_of_a_gap(void **state)
{
	struct event e[] = {on_stack(2, TOP - 64, 1, 9), {.gap = true, .lost = 5}};
	struct stacks s;

	(void)state;
	made_run(e, 2, NULL, 0);
	struct model *m = made_open(1, 0);

	assert_true(stacks_at(m, 0, 0, &s));
	assert_int_equal(s.count, 0);
	stacks_free(&s);
	assert_true(stacks_at(m, 0, 2, &s));
	stacks_free(&s);
	assert_true(stacks_at(m, 0, 99, &s));
	stacks_free(&s);
}

/* ---- lanes ----------------------------------------------------------------- */

static void a_lane_is_busy_from_entry_to_exit(void **state)
{
	struct event e[] = {on_stack(0, TOP, 10, 90), on_stack(2, TOP, 40, 60)};
	struct lanes l;

	(void)state;
	e[1].depth = 2;
	e[1].parent = 1;
	e[1].nmi = FT_NMI_BLOCKED;
	made_run(e, 2, NULL, 0);
	struct model *m = made_open(1, 0);

	assert_true(lanes_read(m, 0, LANES_TICKS, 0, 100, 10, &l));
	assert_int_equal(l.detail, LANES_EXACT);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(l.column[i].lane[0].busy, i >= 1 && i <= 9);
		assert_int_equal(l.column[i].lane[2].busy, i >= 4 && i <= 6);
		assert_int_equal((l.column[i].marks & LANES_BLOCKED) != 0, i >= 4 && i <= 6);
	}
	assert_int_equal(l.column[1].first_n, 1);
	assert_int_equal(l.column[4].lane[2].deepest, 2);
	lanes_free(&l);
	/* What was under way before the stretch begins is shown in it */
	assert_true(lanes_read(m, 0, LANES_TICKS, 45, 55, 10, &l));
	assert_true(l.column[0].lane[0].busy && l.column[9].lane[2].busy);
	lanes_free(&l);
}

static void time_finds_its_event_and_back(void **state)
{
	uint64_t from, to;

	(void)state;
	made_generated("30000");
	struct model *m = made_open(1, 0);

	for (uint64_t n = 1; n <= 30000; n += 379) {
		uint64_t tsc = lanes_of_event(m, 0, LANES_TICKS, n);

		assert_int_equal(lanes_event_at(m, 0, LANES_TICKS, tsc), n);
		assert_int_equal(lanes_event_at(m, 0, LANES_TICKS, tsc - 1), n - 1);
		assert_int_equal(lanes_event_at(m, 0, LANES_EVENTS, n), n);
	}
	lanes_whole(m, 0, LANES_TICKS, &from, &to);
	assert_int_equal(lanes_event_at(m, 0, LANES_TICKS, to), m->side[0].last);
	assert_int_equal(lanes_event_at(m, 0, LANES_TICKS, 0), 0);
}

/* Entries of all columns on all lanes, and busy cells. */
static uint64_t entries_of(const struct lanes *l, int *busy)
{
	uint64_t entries = 0;

	*busy = 0;
	for (int i = 0; i < l->columns; i++) {
		for (int lane = 0; lane < LANES; lane++) {
			entries += l->column[i].lane[lane].entries;
			*busy += l->column[i].lane[lane].busy;
		}
	}
	return entries;
}

static void lanes_count_every_event_of_a_stretch(void **state)
{
	struct lanes l;
	int busy;

	(void)state;
	made_generated("40000");
	struct model *m = made_open(1, 0);

	assert_true(lanes_read(m, 0, LANES_EVENTS, 1, 501, 50, &l));
	assert_int_equal(l.detail, LANES_EXACT);
	assert_int_equal(entries_of(&l, &busy), 500);
	lanes_free(&l);
	assert_true(lanes_read(m, 0, LANES_EVENTS, 1, 30001, 100, &l));
	assert_int_equal(l.detail, LANES_ENTRIES);
	assert_int_equal(entries_of(&l, &busy), 30000);
	assert_true(busy > 100);
	for (int i = 0; i < 100; i++)
		assert_int_equal(l.column[i].first_n, 1 + 300 * i);
	lanes_free(&l);
}

static void a_long_stretch_is_shown_by_its_blocks(void **state)
{
	struct lanes l;
	uint64_t from, to;
	int busy;

	(void)state;
	made_generated("150000");
	struct model *m = made_open(1, 0);

	lanes_whole(m, 0, LANES_TICKS, &from, &to);
	assert_true(lanes_read(m, 0, LANES_TICKS, from, to, 80, &l));
	assert_int_equal(l.detail, LANES_PRESENCE);
	entries_of(&l, &busy);
	assert_int_equal(busy, 80 * 3); /* task stack, event stacks 1 and 2 */
	lanes_free(&l);
}

/* ---- frames ---------------------------------------------------------------- */

static void words_that_differ_are_marked_with_their_bits(void **state)
{
	struct event a = on_stack(0, TOP, 1, 2), b = a;
	struct frame_line line[FRAME_WORDS];

	(void)state;
	b.frame[FRAME_SS] = 1ull << 57;
	frame_lines(&a, &b, line);
	for (unsigned i = 0; i < FRAME_WORDS; i++)
		assert_int_equal(line[i].differs, i == FRAME_SS);
	assert_true(line[FRAME_SS].differs_in == 1ull << 57);
	frame_lines(&a, NULL, line);
	assert_true(line[0].side[0].here && !line[0].side[1].here && !line[0].differs);
	frame_lines(NULL, NULL, line);
	assert_false(line[0].side[0].here);
}

static void what_the_cpu_pushed_is_told_from_what_software_filled_in(void **state)
{
	struct event e = on_stack(0, TOP, 1, 2);
	struct frame_line line[FRAME_WORDS];

	(void)state;
	frame_lines(&e, NULL, line);
	assert_true(line[FRAME_RIP].side[0].software == 0);
	assert_true(line[FRAME_ERROR].side[0].software == 0);
	assert_true(line[FRAME_SS].side[0].software == ~0xffffull);
	assert_true(line[FRAME_DATA].side[0].software == UINT64_MAX);
	assert_string_equal(frame_writer(&e, FRAME_RIP), "CPU");
	assert_string_equal(frame_writer(&e, FRAME_DATA), "software");
	e.vector = 6; /* #UD has no error code */
	frame_lines(&e, NULL, line);
	assert_true(line[FRAME_ERROR].side[0].software == UINT64_MAX);
	e.type = TYPE_OTHER; /* SYSCALL pushes nothing */
	frame_lines(&e, NULL, line);
	assert_true(line[FRAME_RIP].side[0].software == UINT64_MAX);
	e.flags = FT_FLAG_FRED;
	frame_lines(&e, NULL, line);
	for (unsigned i = 0; i < FRAME_WORDS; i++)
		assert_true(line[i].side[0].software == 0);
}

static void every_word_has_a_sentence_that_says_why(void **state)
{
	struct event e = on_stack(0, TOP, 1, 2);

	(void)state;
	for (unsigned fred = 0; fred < 2; fred++) {
		e.flags = fred ? FT_FLAG_FRED : 0;
		for (unsigned type = 0; type < 16; type++) {
			for (unsigned word = 0; word < FRAME_WORDS; word++) {
				e.type = (uint8_t)type;
				const char *why = frame_why(&e, word);

				assert_true(why[0] && why[strlen(why) - 1] == '.');
			}
		}
	}
	e.changed = 1 << FRAME_RIP;
	assert_non_null(strstr(frame_why(&e, FRAME_RIP), "Overwritten"));
	e.edited = 1 << FRAME_RIP;
	assert_non_null(strstr(frame_why(&e, FRAME_RIP), "on purpose"));
	assert_string_equal(frame_why(&e, FRAME_WORDS), "");
}

/* A naive kernel reads the cause after its entry was recorded: no word was overwritten. */
static void a_cause_that_naive_code_reads_late_is_not_clobbered(void **state)
{
	struct event e = on_stack(0, TOP, 1, 2);

	(void)state;
	e.flags = FT_FLAG_NAIVE;
	e.exit_frame[FRAME_DATA] = 0x5000;
	event_compare(&e);
	assert_int_equal(event_clobbered(&e), 0);
	e.exit_frame[FRAME_RIP] = 1;
	event_compare(&e);
	assert_int_equal(event_clobbered(&e), 1 << FRAME_RIP);
	e.edited = e.changed = e.flags = 0;
	event_compare(&e);
	assert_int_equal(event_clobbered(&e), 1 << FRAME_RIP | 1 << FRAME_DATA);
}

/* ---- summary, explain ------------------------------------------------------ */

static void the_summary_has_each_kind_of_both_runs(void **state)
{
	struct summary s;
	uint64_t events[2] = {0, 0};

	(void)state;
	made_generated("3000");
	struct model *m = made_open(1, 2);

	assert_true(summary_read(m, &s));
	assert_true(s.kinds >= 6);
	assert_int_equal(s.same_results, 1);
	for (int i = 0; i < s.kinds; i++) {
		for (int side = 0; side < 2; side++) {
			events[side] += s.kind[i].cost[side].events;
			assert_true(summary_mean(&s.kind[i].cost[side]) <= s.most_mean);
		}
	}
	assert_int_equal(events[0], s.totals[0].events);
	assert_int_equal(events[1], s.totals[1].events);
	summary_free(&s);
}

static void every_row_is_explained(void **state)
{
	struct place place = {0, 0, 0};
	struct explain explain;

	(void)state;
	made_generated("2000");
	struct model *m = made_open(1, 2);

	do {
		explain_row(m, place, &explain);
		assert_true(explain.what[0] && explain.why[0]);
		assert_int_equal(explain.why[strlen(explain.why) - 1], '.');
	} while (model_next(m, &place));
}

/* The last row, of two runs with one event each; what it is explained by. */
static const char *why(struct event *a, struct event *b, struct explain *explain)
{
	static int64_t runs;

	if (access(made_path, F_OK))
		runs = 0;
	made_run(a, 1, NULL, 0);
	made_run(b, 1, NULL, 0);
	runs += 2;
	struct model *m = made_open(runs - 1, runs);

	explain_row(m, model_end(m), explain);
	return explain->why;
}

static void the_telling_rule_comes_first(void **state)
{
	struct event a = on_stack(2, TOP, 1, 2), b;
	struct explain explain;

	(void)state;
	a.type = TYPE_NMI;
	a.vector = 2;
	b = a;
	b.flags = FT_FLAG_FRED;
	assert_non_null(strstr(why(&a, &b, &explain), "An NMI may come"));
	assert_non_null(strstr(explain.what, "NMI, delivered by the IDT"));
	assert_non_null(strstr(explain.what, "NMI, delivered by FRED"));
	b.frame[FRAME_DATA] = 1;
	assert_non_null(strstr(why(&a, &b, &explain), "tells nothing of its sender"));
	a.flags = FT_FLAG_FRED;
	assert_non_null(strstr(why(&a, &b, &explain), "Error code or event data"));
	a.flags = 0;
	b.frame[FRAME_DATA] = 0;
	a.stack = FT_STACK_NMI_COPY;
	assert_non_null(strstr(why(&a, &b, &explain), "copies an NMI's frame off"));
	a.work = FT_WORK_NMI_LATCH;
	assert_non_null(strstr(why(&a, &b, &explain), "comes too early"));
	a.stack = FT_STACK_EVENT2;
	a.changed = 2;
	a.exit_frame[FRAME_RIP] = 1;
	assert_non_null(strstr(why(&a, &b, &explain), "An IST pointer is fixed"));
	made_sql("INSERT INTO harm SELECT max(id) - 1, 1, 1, 'x', 0, 0 FROM run");
	explain_row(&made_model, model_end(&made_model), &explain);
	assert_non_null(strstr(explain.why, "contained it: frame overwritten"));
}

static void a_gap_is_explained_by_what_it_lost(void **state)
{
	struct event e[] = {{.gap = true, .lost = 9}, {.gap = true, .lost = -1}};
	struct explain explain;

	(void)state;
	made_run(e, 2, NULL, 0);
	struct place place = {0, 1, 0};

	explain_row(made_open(1, 0), place, &explain);
	assert_string_equal(explain.what, "Here 9 records are missing.");
	place.row = 1;
	explain_row(&made_model, place, &explain);
	assert_string_equal(explain.what, "Here records are missing, how many is not known.");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, made_begin, made_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(frames_lie_at_their_addresses_the_highest_first),
		TEST(what_has_returned_is_left_until_it_is_pushed_over),
		TEST(a_stack_that_begins_anew_tears_the_frame_that_lies_there),
		TEST(each_task_has_a_stack_and_stands_in_its_last_event),
		TEST(stacks_of_no_moment_and_of_a_gap),
		TEST(a_lane_is_busy_from_entry_to_exit),
		TEST(time_finds_its_event_and_back),
		TEST(lanes_count_every_event_of_a_stretch),
		TEST(a_long_stretch_is_shown_by_its_blocks),
		TEST(words_that_differ_are_marked_with_their_bits),
		TEST(what_the_cpu_pushed_is_told_from_what_software_filled_in),
		TEST(every_word_has_a_sentence_that_says_why),
		TEST(a_cause_that_naive_code_reads_late_is_not_clobbered),
		TEST(the_summary_has_each_kind_of_both_runs),
		TEST(every_row_is_explained),
		TEST(the_telling_rule_comes_first),
		TEST(a_gap_is_explained_by_what_it_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
