/* SPDX-License-Identifier: MIT */
/*
 * Second looks at an alignment: weaker keys where the first ones parted, the stretch that
 * holds a row, and what is remembered of work that was cut.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "model/align.h"

#define MOST 4000

static uint64_t a[MOST], b[MOST], weak_a[MOST], weak_b[MOST];

/* Every element of both sides once and in order, whatever stands opposite. */
static size_t rows_in_common(const struct alignment *al, size_t n, size_t m)
{
	size_t at_a = 0, at_b = 0, rows = 0, both = 0;

	for (size_t i = 0; i < al->count; i++) {
		const struct align_segment *s = &al->segment[i];

		assert_true(s->length > 0);
		assert_int_equal(s->row, rows);
		rows += s->length;
		if (s->side != ALIGN_ONLY_B) {
			assert_int_equal(s->a, at_a);
			at_a += s->length;
		}
		if (s->side != ALIGN_ONLY_A) {
			assert_int_equal(s->b, at_b);
			at_b += s->length;
		}
		both += s->side == ALIGN_BOTH ? s->length : 0;
	}
	assert_int_equal(at_a, n);
	assert_int_equal(at_b, m);
	assert_int_equal(rows, al->rows);
	return both;
}

static void random_lists(unsigned seed, size_t n, size_t m, unsigned keys)
{
	srand(seed);
	for (size_t i = 0; i < n; i++) {
		a[i] = (uint64_t)rand() % keys;
		weak_a[i] = a[i] / 4;
	}
	for (size_t i = 0; i < m; i++) {
		b[i] = (uint64_t)rand() % keys;
		weak_b[i] = b[i] / 4;
	}
}

/* What stands opposite element i of the left side; SIZE_MAX = nothing. */
static size_t opposite(const struct alignment *al, size_t i)
{
	for (size_t k = 0; k < al->count; k++) {
		const struct align_segment *s = &al->segment[k];

		if (s->side == ALIGN_BOTH && i >= s->a && i < s->a + s->length)
			return s->b + (i - s->a);
	}
	return SIZE_MAX;
}

static void weaker_keys_part_nothing_that_stood_opposite(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed < 100; seed++) {
		size_t n = seed * 3 % 120, m = seed * 7 % 120;
		struct alignment base, finer;

		random_lists(seed, n, m, 24);
		assert_true(align(a, n, b, m, 0, &base));
		assert_true(align_refine(&base, weak_a, weak_b, 0, &finer));
		assert_true(rows_in_common(&finer, n, m) >= rows_in_common(&base, n, m));
		for (size_t i = 0; i < n; i++) {
			size_t before = opposite(&base, i), after = opposite(&finer, i);

			if (before != SIZE_MAX)
				assert_int_equal(after, before);
			else if (after != SIZE_MAX)
				assert_true(weak_a[i] == weak_b[after]);
		}
		align_free(&base);
		align_free(&finer);
	}
}

static void weaker_keys_join_what_the_stronger_parted(void **state)
{
	const uint64_t strong_left[] = {1, 2, 3, 4}, strong_right[] = {1, 20, 30, 4};
	const uint64_t weak_left[] = {0, 7, 8, 0}, weak_right[] = {0, 7, 8, 0};
	struct alignment base, finer;

	(void)state;
	assert_true(align(strong_left, 4, strong_right, 4, 0, &base));
	assert_int_equal(rows_in_common(&base, 4, 4), 2);
	assert_true(align_refine(&base, weak_left, weak_right, 0, &finer));
	assert_int_equal(rows_in_common(&finer, 4, 4), 4);
	assert_int_equal(finer.rows, 4);
	align_free(&base);
	align_free(&finer);
}

static void an_element_more_on_either_side_has_a_row_of_its_own(void **state)
{
	struct alignment al;

	(void)state;
	for (size_t at = 0; at <= 40; at++) {
		for (size_t i = 0; i < 41; i++) {
			a[i] = i < at ? i : i == at ? 1000 : i - 1;
			b[i] = i;
		}
		assert_true(align(a, 41, b, 40, 0, &al));
		assert_int_equal(rows_in_common(&al, 41, 40), 40);
		assert_int_equal(align_find(&al, at)->side, ALIGN_ONLY_A);
		align_free(&al);
		assert_true(align(b, 40, a, 41, 0, &al));
		assert_int_equal(rows_in_common(&al, 40, 41), 40);
		assert_int_equal(align_find(&al, at)->side, ALIGN_ONLY_B);
		align_free(&al);
	}
}

static void every_row_is_found_in_the_stretch_that_holds_it(void **state)
{
	struct alignment al;

	(void)state;
	random_lists(5, 500, 400, 6);
	assert_true(align(a, 500, b, 400, 0, &al));
	assert_true(al.count > 50);
	for (size_t row = 0; row < al.rows; row++) {
		const struct align_segment *s = align_find(&al, row);

		assert_in_range(row, s->row, s->row + s->length - 1);
	}
	align_free(&al);
	assert_true(align(a, 0, b, 0, 0, &al));
	assert_null(align_find(&al, 0));
	align_free(&al);
}

static void one_empty_side_leaves_the_other_whole(void **state)
{
	struct alignment al;

	(void)state;
	random_lists(2, 10, 10, 3);
	assert_true(align(a, 10, b, 0, 0, &al));
	assert_int_equal(al.count, 1);
	assert_int_equal(al.segment[0].side, ALIGN_ONLY_A);
	align_free(&al);
	assert_true(align(a, 0, b, 10, 0, &al));
	assert_int_equal(al.count, 1);
	assert_int_equal(al.segment[0].side, ALIGN_ONLY_B);
	align_free(&al);
}

static void a_cut_search_says_that_it_is_approximate(void **state)
{
	struct alignment al;

	(void)state;
	for (size_t i = 0; i < MOST; i++) {
		a[i] = 2 * i;
		b[i] = 2 * i + 1;
	}
	assert_true(align(a, MOST, b, MOST, 8, &al));
	assert_true(al.approximate);
	assert_int_equal(rows_in_common(&al, MOST, MOST), 0);
	align_free(&al);
	assert_true(align(a, 50, b, 50, 0, &al));
	assert_false(al.approximate);
	align_free(&al);
}

static void every_cap_gives_an_alignment(void **state)
{
	(void)state;
	for (size_t cap = 1; cap < 40; cap++) {
		struct alignment al;

		random_lists((unsigned)cap, MOST / 4, MOST / 5, 5);
		assert_true(align(a, MOST / 4, b, MOST / 5, cap, &al));
		rows_in_common(&al, MOST / 4, MOST / 5);
		align_free(&al);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weaker_keys_part_nothing_that_stood_opposite),
		cmocka_unit_test(weaker_keys_join_what_the_stronger_parted),
		cmocka_unit_test(an_element_more_on_either_side_has_a_row_of_its_own),
		cmocka_unit_test(every_row_is_found_in_the_stretch_that_holds_it),
		cmocka_unit_test(one_empty_side_leaves_the_other_whole),
		cmocka_unit_test(a_cut_search_says_that_it_is_approximate),
		cmocka_unit_test(every_cap_gives_an_alignment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
