/* SPDX-License-Identifier: MIT */
/* Alignment: every element of both sides once and in order, equal ones opposite, bounded work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "model/align.h"

#define MOST 20000

static uint64_t a[MOST], b[MOST];

/* Rows with an element of each side; fails when it is no alignment. */
static size_t check(size_t n, size_t m, size_t cap)
{
	struct alignment al;
	size_t at_a = 0, at_b = 0, rows = 0, both = 0;

	assert_true(align(a, n, b, m, cap, &al));
	for (size_t i = 0; i < al.count; i++) {
		const struct align_segment *s = &al.segment[i];

		assert_int_equal(s->row, rows);
		rows += s->length;
		for (size_t k = 0; k < s->length; k++) {
			if (s->side == ALIGN_BOTH)
				assert_true(a[s->a + k] == b[s->b + k]);
			if (s->side != ALIGN_ONLY_B)
				assert_int_equal(s->a + k, at_a++);
			if (s->side != ALIGN_ONLY_A)
				assert_int_equal(s->b + k, at_b++);
		}
		both += s->side == ALIGN_BOTH ? s->length : 0;
	}
	assert_int_equal(at_a, n);
	assert_int_equal(at_b, m);
	assert_int_equal(rows, al.rows);
	align_free(&al);
	return both;
}

static void equal_lists_stand_opposite(void **state)
{
	(void)state;
	for (size_t i = 0; i < 1000; i++)
		a[i] = b[i] = i % 7;
	assert_int_equal(check(1000, 1000, 0), 1000);
	assert_int_equal(check(0, 0, 0), 0);
}

static void an_element_that_one_side_lacks_shifts_nothing(void **state)
{
	(void)state;
	for (size_t gone = 0; gone < 50; gone++) {
		size_t m = 0;

		for (size_t i = 0; i < 50; i++) {
			a[i] = i * 3 % 11;
			if (i != gone)
				b[m++] = a[i];
		}
		assert_int_equal(check(50, m, 0), 49);
		assert_int_equal(check(50, 0, 0), 0);
	}
}

static void lists_without_a_common_element_share_no_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3000; i++) {
		a[i] = 2 * i;
		b[i] = 2 * i + 1;
	}
	assert_int_equal(check(3000, 3000, 64), 0);
}

static void long_repeats_and_a_small_cap_still_give_an_alignment(void **state)
{
	(void)state;
	srand(1);
	for (size_t i = 0; i < MOST; i++) {
		a[i] = (uint64_t)rand() % 3;
		b[i] = (uint64_t)rand() % 3;
	}
	assert_true(check(MOST, MOST, 128) > MOST / 4);
}

static void a_shortest_script_is_found_when_nothing_is_cut(void **state)
{
	const char *x = "abcabba", *y = "cbabac"; /* the example of Myers' paper: 4 in common */

	(void)state;
	for (size_t i = 0; i < 7; i++)
		a[i] = (uint64_t)x[i];
	for (size_t i = 0; i < 6; i++)
		b[i] = (uint64_t)y[i];
	assert_int_equal(check(7, 6, 0), 4);
}

/* The length of the longest common subsequence, by the plain method. */
static size_t longest(size_t n, size_t m)
{
	static size_t common[41][41];

	for (size_t i = 0; i <= n; i++) {
		for (size_t j = 0; j <= m; j++) {
			if (!i || !j)
				common[i][j] = 0;
			else if (a[i - 1] == b[j - 1])
				common[i][j] = common[i - 1][j - 1] + 1;
			else
				common[i][j] = common[i - 1][j] > common[i][j - 1]
						       ? common[i - 1][j]
						       : common[i][j - 1];
		}
	}
	return common[n][m];
}

static void nothing_is_left_apart_that_could_stand_opposite(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed < 3000; seed++) {
		srand(seed);
		size_t n = (size_t)rand() % 41, m = (size_t)rand() % 41;
		unsigned keys = 2 + (unsigned)rand() % 6;

		for (size_t i = 0; i < n; i++)
			a[i] = rand() % 4 ? (uint64_t)rand() % keys : 100 + i;
		for (size_t i = 0; i < m; i++)
			b[i] = rand() % 4 ? (uint64_t)rand() % keys : 1000 + i;
		assert_int_equal(check(n, m, 0), longest(n, m));
	}
}

static void a_long_loop_with_a_hundredth_missing_is_all_paired(void **state)
{
	size_t m = 0;

	(void)state;
	for (size_t i = 0; i < MOST; i++) {
		a[i] = i % 7;
		if (i % 100)
			b[m++] = a[i];
	}
	assert_int_equal(check(MOST, m, 0), m);
}

static void both_are_followed_to_where_the_first_one_ends(void **state)
{
	size_t x, y;

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		a[i] = i % 7;
	for (size_t i = 0, k = 0; k < 1000; i++) {
		if (i % 100)
			b[k++] = i % 7;
	}
	/* The right side lacks every hundredth: a thousand of the left are 990 of it */
	assert_true(align_reach(a, 1000, b, 1000, 100, &x, &y));
	assert_int_equal(x, 1000);
	assert_int_equal(y, 990);
	assert_true(align_reach(a, 1000, b, 500, 100, &x, &y));
	assert_int_equal(y, 500);
	assert_in_range(x, 505, 506);
	assert_false(align_reach(a, 1000, b, 1000, 5, &x, &y));
	assert_true(align_reach(a, 0, b, 9, 5, &x, &y));
	assert_int_equal(x + y, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_lists_stand_opposite),
		cmocka_unit_test(an_element_that_one_side_lacks_shifts_nothing),
		cmocka_unit_test(lists_without_a_common_element_share_no_row),
		cmocka_unit_test(long_repeats_and_a_small_cap_still_give_an_alignment),
		cmocka_unit_test(a_shortest_script_is_found_when_nothing_is_cut),
		cmocka_unit_test(nothing_is_left_apart_that_could_stand_opposite),
		cmocka_unit_test(both_are_followed_to_where_the_first_one_ends),
		cmocka_unit_test(a_long_loop_with_a_hundredth_missing_is_all_paired),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
