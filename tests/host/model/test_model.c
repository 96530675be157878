/* SPDX-License-Identifier: MIT */
/*
 * The rows of one run or two: every event once and in order, however it is cut and in
 * whichever direction it is walked; and how two runs differ, counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "made_run.h"
#include "model/tally.h"

#define EVENTS "60000"

/* Walks all rows on; fails if an event is missing, twice, or out of order. Their number. */
static size_t walk(struct model *m)
{
	struct place place = {0, 0, 0};
	uint64_t at[2] = {0, 0}, n[2];
	size_t rows = 0;

	do {
		model_numbers(m, place, n);
		for (int side = 0; side < m->sides; side++) {
			if (n[side])
				assert_int_equal(n[side], ++at[side]);
		}
		assert_true(place_is_heading(place) ? !n[0] && !n[1] : n[0] || n[1]);
		rows++;
	} while (model_next(m, &place));
	for (int side = 0; side < m->sides; side++)
		assert_int_equal(at[side], m->side[side].last);
	assert_int_equal(place_compare(place, model_end(m)), 0);
	assert_false(m->trouble);
	return rows;
}

static void every_event_of_two_runs_has_one_row(void **state)
{
	(void)state;
	made_generated(EVENTS);
	assert_true(walk(made_open(1, 2)) > 60000);
	assert_true(walk(made_open(2, 1)) > 60000);
	struct model *m = made_open(1, 0);

	assert_int_equal(walk(m), m->side[0].last + 6);
}

static void backwards_are_the_same_rows(void **state)
{
	(void)state;
	made_generated("20000");
	struct model *m = made_open(1, 2);
	size_t rows = walk(m), back = 1;
	struct place place = model_end(m), before;

	for (before = place; model_previous(m, &place); before = place) {
		assert_true(place_compare(place, before) < 0);
		back++;
	}
	assert_int_equal(back, rows);
}

static void many_rows_at_once_are_as_many_single_ones(void **state)
{
	(void)state;
	made_generated("20000");
	struct model *m = made_open(1, 2);
	struct place far = {0, 0, 0}, near = {0, 0, 0};

	for (int64_t jump = 1; jump < 3000; jump = jump * 3 + 1) {
		assert_int_equal(model_move(m, &far, jump), jump);
		for (int64_t i = 0; i < jump; i++)
			assert_true(model_next(m, &near));
		assert_int_equal(place_compare(far, near), 0);
	}
	assert_true(model_move(m, &far, -1000000) < 0);
	assert_int_equal(place_compare(far, (struct place){0, 0, 0}), 0);
	model_move(m, &far, 1000000);
	assert_int_equal(place_compare(far, model_end(m)), 0);
}

static void an_event_is_found_where_it_stands(void **state)
{
	(void)state;
	made_generated(EVENTS);
	struct model *m = made_open(1, 2);

	for (int side = 0; side < 2; side++) {
		for (uint64_t n = 1; n <= m->side[side].last; n += n % 7 ? 1 : 1013) {
			struct place place;
			uint64_t there[2], moment[2];

			assert_true(model_find(m, side, n, &place));
			model_numbers(m, place, there);
			model_moment(m, place, moment);
			assert_int_equal(there[side], n);
			assert_int_equal(moment[side], n);
		}
	}
	struct place place;

	assert_false(model_find(m, 0, 0, &place));
	assert_false(model_find(m, 0, m->side[0].last + 1, &place));
}

static void a_moment_never_goes_back(void **state)
{
	(void)state;
	made_generated("5000");
	struct model *m = made_open(1, 2);
	struct place place = {0, 0, 0};
	uint64_t before[2] = {0, 0}, now[2];
	double share = 0;

	do {
		model_moment(m, place, now);
		assert_true(now[0] >= before[0] && now[1] >= before[1]);
		assert_true(model_share(m, place) >= share);
		share = model_share(m, place);
		memcpy(before, now, sizeof(now));
	} while (model_next(m, &place));
	assert_int_equal(now[0], m->side[0].last);
	assert_int_equal(now[1], m->side[1].last);
	assert_int_equal(place_compare(model_at_share(m, 1), model_end(m)), 0);
	assert_int_equal(place_compare(model_at_share(m, 0), (struct place){0, 0, 0}), 0);
}

static void count(struct model *m, struct tally *t)
{
	tally_begin(t);
	while (tally_more(m, t))
		assert_in_range((int)(1000 * tally_share(m, t)), 0, 1000);
}

/* Was wrong once: keys of events by chance collided, and pulled pairs apart. */
static void a_run_is_all_alike_itself(void **state)
{
	static struct tally t;

	(void)state;
	made_generated(EVENTS);
	struct model *m = made_open(1, 1);

	count(m, &t);
	assert_int_equal(t.rows, m->side[0].last);
	assert_int_equal(t.alike, t.rows);
	assert_false(tally_any(&t, ~0u));
}

static void cutting_into_parts_costs_no_pairs(void **state)
{
	static struct tally t;
	struct alignment al;
	uint64_t *key[2];

	(void)state;
	made_generated(EVENTS);
	struct model *m = made_open(1, 2);

	assert_true(model_parts(m, 1) > 3);
	count(m, &t);
	/* The same keys, all of a run at once, without any cut */
	for (unsigned side = 0; side < 2; side++) {
		key[side] = calloc(m->side[side].last, sizeof(*key[side]));
		for (uint64_t n = 1; n <= m->side[side].last; n++) {
			struct digest d;
			uint64_t keys[DIGEST_KEYS];

			assert_true(model_digest(m, (int)side, n, &d));
			digest_keys(&d, n, side, keys);
			key[side][n - 1] = keys[2];
		}
	}
	assert_true(align(key[0], m->side[0].last, key[1], m->side[1].last, 8192, &al));
	uint64_t apart = t.count[0] + t.count[1],
		 least = 2 * al.rows - m->side[0].last - m->side[1].last;

	assert_true(apart <= least + least / 5 + 50);
	align_free(&al);
	free(key[0]);
	free(key[1]);
}

/* A loop of seven events; one run lacks every hundredth, and so hardly shares an anchor. */
static void a_long_loop_is_cut_where_it_fits(void **state)
{
	enum { LOOP = 140000 };
	static struct event e[LOOP];
	static struct tally t;
	size_t count_b = 0;

	(void)state;
	for (size_t i = 0; i < LOOP; i++) {
		e[i] = (struct event){.entered = true, .exited = true, .depth = 1, .type = 3};
		e[i].frame[FRAME_RIP] = e[i].exit_frame[FRAME_RIP] = 0x1000 + i % 7;
	}
	made_run(e, LOOP, NULL, 0);
	for (size_t i = 0; i < LOOP; i++) {
		if (i % 100)
			e[count_b++] = e[i];
	}
	made_run(e, count_b, NULL, 0);
	struct model *m = made_open(1, 2);

	count(m, &t);
	assert_int_equal(t.count[0] - t.count[1], LOOP - count_b);
	/* At best nothing stands alone on the shorter side */
	assert_true(t.count[1] < LOOP / 1000);
	assert_false(m->approximate);
	walk(m);
}

static void what_is_kept_of_alignments_is_bounded(void **state)
{
	size_t aligned = 0;

	(void)state;
	made_generated("200000");
	struct model *m = made_open(1, 2);

	walk(m);
	for (size_t s = 0; s < m->steps; s++) {
		for (size_t i = 0; i < m->step[s].parts; i++) {
			aligned += m->step[s].part[i].rows != NULL;
			for (int side = 0; side < 2; side++)
				assert_true(m->step[s].part[i].count[side] <= MODEL_PART_MAX);
		}
	}
	assert_in_range(aligned, 1, MODEL_ALIGNED);
}

/* Version 2 had no digests, zones, anchors, totals. */
static void an_older_database_has_the_same_rows(void **state)
{
	static struct tally now, old;

	(void)state;
	made_generated("15000");
	count(made_open(1, 2), &now);
	made_sql("INSERT INTO harm VALUES(1, 1, 9, 'x', 0, 0), (1, 2, 999, 'y', 0, 0);"
		 "DROP TABLE digest; DROP TABLE zone; DROP TABLE anchor; DROP TABLE total;"
		 "DROP TABLE cost; PRAGMA user_version = 2");
	struct model *m = made_open(1, 2);
	struct totals totals;

	walk(m);
	count(m, &old);
	assert_int_equal(old.rows, now.rows);
	assert_memory_equal(old.count, now.count, sizeof(now.count));
	assert_true(store_totals(&made_store, 1, &totals));
	assert_int_equal(totals.events, 15000);
	assert_int_equal(totals.harm[9], 1);
	assert_int_equal(totals.harm[0], 1);
}

static void digests_of_the_wrong_size_are_made_anew(void **state)
{
	static struct tally now, damaged;

	(void)state;
	made_generated("10000");
	count(made_open(1, 2), &now);
	made_sql("UPDATE digest SET events = substr(events, 1, 1000)");
	count(made_open(1, 2), &damaged);
	assert_memory_equal(damaged.count, now.count, sizeof(now.count));
}

static void counted_totals_are_the_kept_ones(void **state)
{
	struct totals kept, counted;

	(void)state;
	made_generated("5000");
	made_open(1, 2);
	for (int64_t run = 1; run < 3; run++)
		assert_true(store_totals(&made_store, run, run == 1 ? &kept : &counted));
	assert_true(kept.events == 5000 && kept.nmis > 0 && kept.with_work == 5000);
	assert_int_equal(counted.with_work, 0);
	made_sql("DELETE FROM total");
	made_open(1, 2);
	assert_true(store_totals(&made_store, 1, &counted));
	assert_memory_equal(&kept, &counted, sizeof(kept));
}

static void steps_that_one_run_lacks_stand_alone(void **state)
{
	struct event a[6] = {0}, b[4] = {0};

	(void)state;
	for (int i = 0; i < 6; i++)
		a[i].entered = a[i].exited = true;
	for (int i = 0; i < 4; i++)
		b[i].entered = b[i].exited = true;
	made_run(a, 6, (uint64_t[]){1, 3, 5}, 3);
	made_run(b, 4, (uint64_t[]){1, 3}, 2);
	struct model *m = made_open(1, 2);

	assert_int_equal(m->steps, 4);
	assert_true(m->step[3].here[0] && !m->step[3].here[1]);
	assert_int_equal(walk(m), 4 + 6);
	made_sql("UPDATE step SET value = 3 WHERE run = 2 AND step = 2");
	m = made_open(1, 2);
	assert_true(m->step[2].here[0] && !m->step[2].here[1]);
	assert_true(m->step[3].here[0] && m->step[3].here[1]);
	assert_int_equal(walk(m), 4 + 6);
}

static void a_run_without_events_is_no_trouble(void **state)
{
	struct event e[2] = {{.entered = true}, {.gap = true, .lost = -1}};

	(void)state;
	made_run(e, 0, NULL, 0);
	made_run(e, 2, NULL, 0);
	assert_int_equal(walk(made_open(1, 0)), 1);
	assert_int_equal(walk(made_open(1, 2)), 1 + 2);
	assert_int_equal(walk(made_open(1, 1)), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, made_begin, made_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_event_of_two_runs_has_one_row),
		TEST(backwards_are_the_same_rows),
		TEST(many_rows_at_once_are_as_many_single_ones),
		TEST(an_event_is_found_where_it_stands),
		TEST(a_moment_never_goes_back),
		TEST(a_run_is_all_alike_itself),
		TEST(cutting_into_parts_costs_no_pairs),
		TEST(a_long_loop_is_cut_where_it_fits),
		TEST(what_is_kept_of_alignments_is_bounded),
		TEST(an_older_database_has_the_same_rows),
		TEST(digests_of_the_wrong_size_are_made_anew),
		TEST(counted_totals_are_the_kept_ones),
		TEST(steps_that_one_run_lacks_stand_alone),
		TEST(a_run_without_events_is_no_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
