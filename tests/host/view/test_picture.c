/* SPDX-License-Identifier: MIT */
/* A picture: what must change is changed before it is drawn, and drawing changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/host/model/made_run.h"
#include "view/draw.h"
#include "view/picture.h"
#include "view/screen.h"
#undef fail

#define EVENTS 400

static struct session s;

/* Debug exceptions, and every tenth event a page fault */
static void begin(const char *words)
{
	static struct event e[EVENTS];
	struct filter filter = {{{0}}};
	struct store *store = &made_store;
	struct run run;
	char why[VIEW_TEXT];

	for (unsigned i = 0; i < EVENTS; i++) {
		e[i] = (struct event){
			.entered = true, .exited = true, .depth = 1, .type = TYPE_EXCEPTION};
		e[i].vector = i % 10 ? 1 : 14;
	}
	made_run(e, EVENTS, NULL, 0);
	if (store->db)
		store_close(store);
	assert_true(store_open(store, made_path));
	assert_true(store_run(store, 1, &run));
	assert_true(session_begin(&s, store, made_path, &run, 1, false));
	assert_true(canvas_resize(&s.canvas, VIEW_LINES_MIN, VIEW_COLUMNS_MIN));
	assert_true(filter_parse(&filter, words, why, sizeof(why)));
	assert_true(rows_filter(&s.rows, &filter, why, sizeof(why)));
}

static void end(void)
{
	session_end(&s);
	store_close(&made_store);
	made_store.db = NULL;
	unlink(made_path);
}

static void stand_on(uint64_t n)
{
	assert_true(model_find(&s.model, 0, n, &s.cursor));
}

static uint64_t cursor(void)
{
	uint64_t n[2];

	model_numbers(&s.model, s.cursor, n);
	return n[0];
}

/* The line that is drawn as the cursor, or -1 */
static int cursor_line(void)
{
	for (int y = 1; y < s.canvas.lines - 1; y++) {
		if (canvas_at(&s.canvas, y, s.canvas.columns / 2)->reverse)
			return y;
	}
	return -1;
}

static void drawing_changes_nothing(void **state)
{
	(void)state;
	begin("type=#PF");
	for (int view = 0; view < VIEWS; view++) {
		show_view(&s, view);
		stand_on(333); /* hidden by the filter, and far below the screen */
		struct session before = s;

		draw_all(&s);
		assert_int_equal(s.view, before.view);
		assert_memory_equal(&s.cursor, &before.cursor, sizeof(s.cursor));
		assert_memory_equal(&s.top, &before.top, sizeof(s.top));
		assert_memory_equal(s.scroll, before.scroll, sizeof(s.scroll));
		assert_memory_equal(&s.rows.filter, &before.rows.filter, sizeof(s.rows.filter));
		assert_string_equal(s.message, before.message);
	}
	end();
}

static void before_it_is_drawn_the_cursor_stands_on_a_shown_row_of_the_screen(void **state)
{
	(void)state;
	begin("type=#PF");
	stand_on(333);
	picture(&s);
	assert_int_equal(cursor(), 341);
	assert_true(cursor_line() > 0);
	end();
}

static void a_filter_that_fails_is_dropped_by_the_picture_and_not_by_drawing(void **state)
{
	(void)state;
	begin("where abs(-9223372036854775807 - 1 + 0 * n) > 0");
	draw_all(&s);
	assert_true(s.rows.match[0].failed);
	assert_true(s.rows.filtered);
	assert_string_equal(s.message, "");
	picture(&s);
	assert_false(s.rows.filtered);
	assert_non_null(strstr(s.message, "the filter failed: integer overflow"));
	assert_true(cursor_line() > 0); /* all events, at once */
	end();
}

static void nothing_is_looked_for_on_a_screen_that_is_too_small(void **state)
{
	(void)state;
	begin("type=#PF");
	assert_true(canvas_resize(&s.canvas, VIEW_LINES_MIN - 1, VIEW_COLUMNS_MIN));
	stand_on(333);
	s.unfinished = true;
	picture(&s);
	assert_int_equal(cursor(), 333);
	assert_false(s.unfinished);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drawing_changes_nothing),
		cmocka_unit_test(before_it_is_drawn_the_cursor_stands_on_a_shown_row_of_the_screen),
		cmocka_unit_test(a_filter_that_fails_is_dropped_by_the_picture_and_not_by_drawing),
		cmocka_unit_test(nothing_is_looked_for_on_a_screen_that_is_too_small),
	};

	return cmocka_run_group_tests(tests, made_begin, made_end);
}
