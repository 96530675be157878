/* SPDX-License-Identifier: MIT */
/*
 * Which rows are shown: filters, searches and folds against a walk over all rows; and what
 * the viewer writes into the database and asks of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/host/model/made_run.h"
#include "store/notebook.h"
#include "store/query.h"
#include "search/rows.h"
#include "search/seek.h"
#undef fail

#define EVENTS "20000"

static const struct budget any = {0};

static void set(struct rows *r, const char *words)
{
	struct filter filter = {{{0}}};
	char why[256] = "";
	bool taken = filter_parse(&filter, words, why, sizeof(why)) &&
		     rows_filter(r, &filter, why, sizeof(why));

	if (!taken)
		print_error("%s: %s\n", words, why);
	assert_true(taken);
}

static bool wrong(struct rows *r, const char *words)
{
	struct filter filter = {{{0}}};
	char why[256] = "";

	return (!filter_parse(&filter, words, why, sizeof(why)) ||
		!rows_filter(r, &filter, why, sizeof(why))) &&
	       why[0];
}

/* Events that the filter shows, walking in that direction; headings must have some. */
static uint64_t shown(struct rows *r, int direction)
{
	struct place at = direction > 0 ? (struct place){0, 0, 0} : model_end(r->model), old = at;
	uint64_t events = 0, n[2];
	bool first = rows_visible(r, at, &any) == FOUND;

	while (first || rows_next(r, &at, direction, &any) == FOUND) {
		assert_true(first || place_compare(at, old) * direction > 0);
		assert_int_equal(rows_visible(r, at, &any), FOUND);
		model_numbers(r->model, at, n);
		events += (n[0] != 0) + (n[1] != 0);
		old = at;
		first = false;
	}
	return events;
}

static uint64_t count(const char *where)
{
	struct query q = {0};
	struct query_names names = {1, 2, 0};
	char sql[512];
	uint64_t number;

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM event WHERE run IN (:a, :b) AND %s",
		 where);
	assert_true(query_run(&q, made_path, sql, &names, NULL, NULL));
	number = strtoull(query_cell(&q, 0, 0), NULL, 10);
	query_end(&q);
	return number;
}

static void a_filter_shows_what_sql_counts(void **state)
{
	static const struct {
		const char *filter, *where;
	} pairs[] = {
		{"type=#UD", "type = 3 AND vector = 6"},
		{"type=3", "type = 3"},
		{"vector=0x40", "vector = 64"},
		{"task=worker", "task = 2"},
		{"task=2 stack=1", "task = 2 AND stack = 1"},
		{"stack=2 type=NMI", "stack = 2 AND type = 2"},
		{"address=0xdead008", "(data = 233492488 OR rip = 233492488)"},
		{"type=#PF where depth > 1", "type = 3 AND vector = 14 AND depth > 1"},
		{"where ticks > 150 OR error = 6", "(exit_tsc - tsc > 150 OR error = 6)"},
	};
	struct rows r;

	(void)state;
	made_generated(EVENTS);
	struct model *m = made_open(1, 0);

	rows_begin(&r, m);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		char one[256];

		snprintf(one, sizeof(one), "run = 1 AND %s", pairs[i].where);
		set(&r, pairs[i].filter);
		uint64_t expected = count(one);

		assert_true(expected > 0);
		assert_int_equal(shown(&r, 1), expected);
		assert_int_equal(shown(&r, -1), expected);
		assert_true(match_fill(&r.match[0], &any));
		assert_int_equal(r.match[0].count, expected);
		set(&r, "");
	}
	rows_end(&r);
}

static void a_filter_shows_rows_of_either_run(void **state)
{
	struct rows r;

	(void)state;
	made_generated(EVENTS);
	rows_begin(&r, made_open(1, 2));
	set(&r, "type=NMI");
	/* A row stands where either run has one; so at least as many events, none lost */
	assert_true(shown(&r, 1) >= count("type = 2"));
	assert_int_equal(shown(&r, 1), shown(&r, -1));
	rows_end(&r);
}

static void a_wrong_filter_leaves_the_old_one(void **state)
{
	static const char *const words[] = {"colour=red",     "type",	   "type=#XX",
					    "vector=256",     "vector=-1", "task=nobody",
					    "stack=TT",	      "where 1 +", "where nosuch > 1",
					    "where 1) OR (1", "type=99"};
	struct rows r;
	uint64_t before;

	(void)state;
	made_generated("1000");
	rows_begin(&r, made_open(1, 0));
	set(&r, "type=NMI");
	before = shown(&r, 1);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(words[i], "where 1) OR (1"))
			continue; /* is SQL, if odd: it reads, and nothing more */
		bool refused = wrong(&r, words[i]);

		if (!refused)
			print_error("'%s' was taken\n", words[i]);
		assert_true(refused);
		assert_int_equal(shown(&r, 1), before);
	}
	rows_end(&r);
}

static void without_time_it_is_later_and_goes_on(void **state)
{
	struct budget none = {1};
	struct place place = {0, 0, 0};
	struct rows r;
	unsigned later = 0;

	(void)state;
	made_generated(EVENTS);
	rows_begin(&r, made_open(1, 0));
	set(&r, "where n = 19000");
	while (rows_next(&r, &place, 1, &none) == FOUND_LATER && later < 100) {
		struct budget some = budget_us(1);

		match_fill(&r.match[0], &some);
		later++;
		if (later > 50)
			match_fill(&r.match[0], &any);
	}
	assert_true(later > 0);
	assert_int_equal(rows_next(&r, &place, 1, &any), FOUND);
	rows_end(&r);
}

static void a_fold_hides_what_lies_inside(void **state)
{
	struct rows r;
	struct place place;
	uint64_t all, outer;

	(void)state;
	made_generated(EVENTS);
	struct model *m = made_open(1, 0);

	rows_begin(&r, m);
	all = shown(&r, 1);
	r.deepest = 1;
	outer = shown(&r, 1);
	assert_int_equal(outer, count("run = 1 AND depth = 1"));
	r.deepest = 0;
	for (uint64_t n = 1; n < 2000; n++) {
		if (model_event(m, 0, n)->depth == 1 && model_find(m, 0, n, &place))
			rows_fold(&r, place, true);
	}
	assert_int_equal(shown(&r, 1), all - count("run = 1 AND depth > 1 AND n < 2000"));
	assert_int_equal(shown(&r, -1), shown(&r, 1));
	rows_unfold_all(&r);
	assert_int_equal(shown(&r, 1), all);
	rows_end(&r);
}

/* Every kind of seek, both ways, against a test of each row. */
static void a_seek_stops_at_each_row_of_its_kind(void **state)
{
	struct rows r;

	(void)state;
	made_generated("3000");
	struct model *m = made_open(1, 2);

	rows_begin(&r, m);
	for (unsigned kind = 0; kind < SEEK_KINDS; kind++) {
		struct seek k = {0};
		struct place place = {0, 0, 0}, walk = {0, 0, 0};
		char why[64];
		unsigned stops = 0;

		assert_true(seek_search(&k, m, "#U", why, sizeof(why)));
		while (model_next(m, &walk)) {
			if (!seek_test(&k, m, (enum seek_kind)kind, walk))
				continue;
			seek_begin(&k, (enum seek_kind)kind, 1, place);
			assert_int_equal(seek_slice(&k, &r, &any), FOUND);
			assert_int_equal(place_compare(k.at, walk), 0);
			place = walk;
			stops++;
		}
		seek_begin(&k, (enum seek_kind)kind, 1, place);
		assert_int_equal(seek_slice(&k, &r, &any), FOUND_NONE);
		/* And back again */
		for (place = model_end(m); stops; stops--) {
			seek_begin(&k, (enum seek_kind)kind, -1, place);
			enum found found = seek_slice(&k, &r, &any);

			if (seek_test(&k, m, (enum seek_kind)kind, model_end(m)) &&
			    !place_compare(place, model_end(m)))
				stops--; /* the end itself is one, and lies not before itself */
			if (stops)
				assert_int_equal(found, FOUND);
			place = k.at;
			if (!stops)
				break;
		}
		seek_end(&k);
	}
	rows_end(&r);
}

static void the_notebook_keeps_marks_places_and_lines(void **state)
{
	struct notebook book;
	enum { KINDS = 3 };
	struct history history[KINDS] = {0};
	struct last_place last = {.a = 1, .b = 2, .view = 3, .side = 1, .n = 77};

	(void)state;
	made_generated("100");
	struct model *m = made_open(1, 2);

	notebook_open(&book, m->store->db, made_path, 1, 2);
	assert_int_equal(book.count, 0);
	assert_false(notebook_last(&book, &(struct last_place){.a = 1, .b = 2}));
	assert_true(notebook_mark(&book, 1, 5, "here"));
	assert_true(notebook_mark(&book, 2, 5, "there"));
	assert_true(notebook_mark(&book, 1, 5, NULL));
	snprintf(last.filter, sizeof(last.filter), "type=NMI");
	history_add(&history[2], "SELECT 1", true);
	assert_true(notebook_keep(&book, &last, history, KINDS));
	assert_int_equal(history[2].fresh, 0);
	history_free(&history[2]);
	notebook_close(&book);

	struct last_place again = {.a = 1, .b = 2};

	notebook_open(&book, m->store->db, made_path, 1, 2);
	assert_int_equal(book.count, 1);
	assert_null(notebook_find(&book, 1, 5));
	assert_string_equal(notebook_find(&book, 2, 5)->name, "there");
	assert_true(notebook_last(&book, &again));
	assert_int_equal(again.n, 77);
	assert_string_equal(again.filter, "type=NMI");
	notebook_history(&book, history, KINDS);
	assert_int_equal(history[0].count + history[1].count, 0);
	assert_string_equal(history[2].line[0], "SELECT 1");
	history_free(&history[2]);
	notebook_close(&book);
}

static bool stop_soon(void *ctx)
{
	return ++*(unsigned *)ctx < 10;
}

static void a_query_reads_and_nothing_else(void **state)
{
	static const char *const refused[] = {
		"DELETE FROM event",
		"UPDATE run SET name = ''",
		"DROP TABLE run",
		"ATTACH '/tmp/x.db' AS x",
		"PRAGMA user_version = 9",
		"VACUUM",
		"CREATE TEMP TABLE t(a)",
		"SELECT",
		"",
		"-- nothing",
		"SELECT load_extension('x')",
		"BEGIN",
	};
	struct query q = {0};
	struct query_names names = {1, 2, 7};
	unsigned asked = 0;

	(void)state;
	made_generated("30000");
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_false(query_run(&q, made_path, refused[i], &names, NULL, NULL));
		assert_true(q.error[0]);
	}
	assert_true(query_run(&q, made_path,
			      "SELECT run, n, NULL AS x FROM event WHERE run = :a AND "
			      "n >= :n",
			      &names, NULL, NULL));
	assert_int_equal(q.rows, QUERY_ROWS);
	assert_true(q.cut);
	assert_string_equal(query_cell(&q, 0, 2), "NULL");
	int64_t run;
	uint64_t n;

	assert_true(query_event(&q, &run, &n));
	assert_int_equal(run, 1);
	assert_int_equal(n, 7);
	assert_false(query_run(&q, made_path,
			       "WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c) "
			       "SELECT sum(i) FROM c",
			       &names, stop_soon, &asked));
	assert_non_null(strstr(q.error, "stopped"));
	query_end(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_filter_shows_what_sql_counts, made_begin,
						made_end),
		cmocka_unit_test_setup_teardown(a_filter_shows_rows_of_either_run, made_begin,
						made_end),
		cmocka_unit_test_setup_teardown(a_wrong_filter_leaves_the_old_one, made_begin,
						made_end),
		cmocka_unit_test_setup_teardown(without_time_it_is_later_and_goes_on, made_begin,
						made_end),
		cmocka_unit_test_setup_teardown(a_fold_hides_what_lies_inside, made_begin,
						made_end),
		cmocka_unit_test_setup_teardown(a_seek_stops_at_each_row_of_its_kind, made_begin,
						made_end),
		cmocka_unit_test_setup_teardown(the_notebook_keeps_marks_places_and_lines,
						made_begin, made_end),
		cmocka_unit_test_setup_teardown(a_query_reads_and_nothing_else, made_begin,
						made_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
