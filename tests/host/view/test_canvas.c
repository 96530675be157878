/* SPDX-License-Identifier: MIT */
/* What is drawn stays inside, safe and as wide as it should be; a canvas as text and in colour. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "view/canvas.h"

static char *written(const struct canvas *c, bool colour)
{
	static char text[64 * 1024];
	FILE *to = fmemopen(text, sizeof(text), "w");

	canvas_write(c, to, colour);
	fclose(to);
	return text;
}

static void text_is_cut_to_its_width_and_to_the_canvas(void **state)
{
	struct canvas c = {0};

	(void)state;
	assert_true(canvas_resize(&c, 3, 10));
	canvas_put(&c, 0, 0, 5, STYLE_PLAIN, "abcdefgh");
	canvas_put(&c, 1, 8, -1, STYLE_PLAIN, "beyond");
	canvas_put(&c, 7, 0, -1, STYLE_PLAIN, "below");
	canvas_put(&c, -1, 0, -1, STYLE_PLAIN, "above");
	canvas_put(&c, 2, -2, -1, STYLE_PLAIN, "left");
	assert_string_equal(written(&c, false), "abcd~\n        be\nft\n");
	canvas_free(&c);
}

static void hostile_text_moves_no_terminal(void **state)
{
	struct canvas c = {0};

	(void)state;
	assert_true(canvas_resize(&c, 1, 40));
	canvas_put(&c, 0, 0, -1, STYLE_PLAIN, "\033[2J\033]0;x\007\302\233\n\r");
	assert_string_equal(written(&c, false), "?[2J?]0;x????\n");
	assert_null(strchr(written(&c, false), '\033'));
	canvas_free(&c);
}

static void wide_and_combining_characters_take_their_columns(void **state)
{
	struct canvas c = {0};

	(void)state;
	assert_true(canvas_resize(&c, 1, 6));
	assert_int_equal(canvas_put(&c, 0, 0, -1, STYLE_PLAIN, "日本"), 4);
	assert_string_equal(canvas_at(&c, 0, 1)->text, "");
	canvas_put(&c, 0, 4, -1, STYLE_PLAIN, "e\314\201!");
	assert_string_equal(written(&c, false), "日本e\314\201!\n");
	/* Half of it would hang over the edge */
	canvas_put(&c, 0, 5, -1, STYLE_PLAIN, "日");
	assert_string_equal(canvas_at(&c, 0, 5)->text, "?");
	canvas_free(&c);
}

static void ascii_is_ascii_whatever_is_drawn(void **state)
{
	struct canvas c = {.ascii = true};

	(void)state;
	assert_true(canvas_resize(&c, 2, 30));
	canvas_rule(&c, 0, 0, 3, STYLE_PLAIN);
	canvas_bar(&c, 0, 4, 8, STYLE_PLAIN, 5, 10);
	canvas_put(&c, 1, 0, -1, STYLE_PLAIN, "│└▶█▒·≈╳日é");
	assert_string_equal(written(&c, false), "--- ####\n|`>#:.~X???\n");
	canvas_free(&c);
}

static void a_bar_is_as_long_as_its_part(void **state)
{
	struct canvas c = {0};

	(void)state;
	assert_true(canvas_resize(&c, 6, 10));
	canvas_bar(&c, 0, 0, 10, STYLE_PLAIN, 0, 10);
	canvas_bar(&c, 1, 0, 10, STYLE_PLAIN, 10, 10);
	canvas_bar(&c, 2, 0, 10, STYLE_PLAIN, 1, 1000000); /* something is more than nothing */
	canvas_bar(&c, 3, 0, 10, STYLE_PLAIN, 99, 10);
	canvas_bar(&c, 4, 0, 10, STYLE_PLAIN, 5, 0);
	canvas_bar(&c, 5, 0, 10, STYLE_PLAIN, 25, 80);
	assert_string_equal(written(&c, false), "\n██████████\n▏\n██████████\n\n███▏\n");
	canvas_free(&c);
}

static void long_text_breaks_at_blanks_and_shows_a_cut(void **state)
{
	struct canvas c = {0};

	(void)state;
	assert_true(canvas_resize(&c, 4, 8));
	assert_int_equal(canvas_wrap(&c, 0, 0, 8, 4, STYLE_PLAIN, "one two three"), 2);
	assert_int_equal(canvas_wrap(&c, 2, 0, 8, 2, STYLE_PLAIN, "a verylongword more and more"),
			 2);
	assert_string_equal(written(&c, false), "one two\nthree\na\nverylon~\n");
	canvas_free(&c);
}

static void colour_is_written_where_it_changes(void **state)
{
	struct canvas c = {0};

	(void)state;
	assert_true(canvas_resize(&c, 1, 6));
	canvas_put(&c, 0, 0, -1, STYLE_STEP, "ab");
	canvas_put(&c, 0, 2, -1, STYLE_PLAIN, "c");
	canvas_reverse(&c, 0, 2, 1);
	assert_string_equal(written(&c, true), "\033[0;1;38;5;74mab\033[0;7mc\033[0m\n");
	canvas_free(&c);
}

static void sizes_at_the_edge_are_bounded(void **state)
{
	struct canvas c = {0};

	(void)state;
	assert_true(canvas_resize(&c, 0, -5));
	assert_int_equal(c.lines * c.columns, 1);
	assert_true(canvas_resize(&c, 1 << 30, 1 << 30));
	assert_int_equal(c.lines, CANVAS_MOST);
	assert_int_equal(c.columns, CANVAS_MOST);
	canvas_free(&c);
	canvas_put(&c, 0, 0, -1, STYLE_PLAIN, "on a canvas that is none");
}

static void no_style_is_red_beside_green(void **state)
{
	(void)state;
	for (unsigned i = 0; i < STYLES; i++) {
		const struct style_row *row = style_row(i);

		assert_true(row->few != 1 && row->few != 2 && row->few < 8);
		assert_true(row->many < 256);
	}
	for (unsigned stack = 0; stack < 256; stack++)
		assert_in_range(style_stack(stack), STYLE_STACK_TASK, STYLE_STACK_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_to_its_width_and_to_the_canvas),
		cmocka_unit_test(hostile_text_moves_no_terminal),
		cmocka_unit_test(wide_and_combining_characters_take_their_columns),
		cmocka_unit_test(ascii_is_ascii_whatever_is_drawn),
		cmocka_unit_test(a_bar_is_as_long_as_its_part),
		cmocka_unit_test(long_text_breaks_at_blanks_and_shows_a_cut),
		cmocka_unit_test(colour_is_written_where_it_changes),
		cmocka_unit_test(sizes_at_the_edge_are_bounded),
		cmocka_unit_test(no_style_is_red_beside_green),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
