/* SPDX-License-Identifier: MIT */
/* Typing a line: editing by characters, history, completion; and the tables of keys and commands.
 */
#include <curses.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "view/command.h"
#include "view/complete.h"
#include "view/keys.h"

static struct prompt p;

static void type(const char *text)
{
	for (; *text; text++)
		prompt_key(&p, (unsigned char)*text, command_complete);
}

static void press(int key, const char *expected)
{
	assert_int_equal(prompt_key(&p, key, command_complete), PROMPT_GOES_ON);
	assert_string_equal(p.text, expected);
}

static void a_line_is_edited_by_characters(void **state)
{
	(void)state;
	prompt_open(&p, PROMPT_SEARCH, "");
	type("añb");
	press(KEY_BACKSPACE, "añ");
	press(KEY_LEFT, "añ");
	type("x");
	assert_string_equal(p.text, "axñ");
	press(KEY_DC, "ax");
	press('A' & 0x1f, "ax");
	type("two words ");
	press(KEY_END, "two words ax");
	press('W' & 0x1f, "two words ");
	press('W' & 0x1f, "two ");
	press('U' & 0x1f, "");
	assert_int_equal(prompt_key(&p, KEY_BACKSPACE, NULL), PROMPT_CANCELLED);
}

static void random_keys_never_leave_the_line(void **state)
{
	static const int keys[] = {KEY_LEFT, KEY_RIGHT,	    KEY_HOME,  KEY_END,
				   KEY_DC,   KEY_BACKSPACE, KEY_UP,    KEY_DOWN,
				   '\t',     'W' & 0x1f,    'K' & 0x1f};

	(void)state;
	srand(3);
	for (int i = 0; i < 200000; i++) {
		int key = rand() % 3 ? 32 + rand() % 224 : keys[rand() % 11];

		if (!p.text[0] || rand() % 500 == 0)
			prompt_open(&p, (enum prompt_kind)(1 + rand() % 3), "filter ");
		if (rand() % 997 == 0)
			history_add(&p.history[p.kind], p.text, true);
		prompt_key(&p, key, command_complete);
		assert_true(strlen(p.text) < PROMPT_BYTES && p.at <= strlen(p.text));
	}
}

static void history_goes_back_and_forth_and_keeps_what_was_typed(void **state)
{
	(void)state;
	prompt_free(&p);
	history_add(&p.history[PROMPT_COMMAND], "one", false);
	history_add(&p.history[PROMPT_COMMAND], "two", true);
	history_add(&p.history[PROMPT_COMMAND], "two", true); /* no line twice */
	history_add(&p.history[PROMPT_COMMAND], "", true);
	assert_int_equal(p.history[PROMPT_COMMAND].count, 2);
	assert_int_equal(p.history[PROMPT_COMMAND].fresh, 1);
	prompt_open(&p, PROMPT_COMMAND, "");
	type("thr");
	press(KEY_UP, "two");
	press(KEY_UP, "one");
	press(KEY_UP, "one");
	press(KEY_DOWN, "two");
	press(KEY_DOWN, "thr");
	for (int i = 0; i < 3 * HISTORY_LINES; i++) {
		char line[16];

		snprintf(line, sizeof(line), "%d", i);
		history_add(&p.history[PROMPT_SQL], line, true);
	}
	assert_int_equal(p.history[PROMPT_SQL].count, HISTORY_LINES);
	prompt_free(&p);
}

static void tab_offers_one_word_after_the_other(void **state)
{
	(void)state;
	prompt_open(&p, PROMPT_COMMAND, "");
	type("ru");
	press('\t', "runs ");
	press('\t', "ru"); /* no other begins so: what was typed again */
	prompt_open(&p, PROMPT_COMMAND, "filter t");
	press('\t', "filter type=");
	press('\t', "filter task=");
	prompt_open(&p, PROMPT_COMMAND, "until cl");
	press('\t', "until clobber");
	prompt_open(&p, PROMPT_SQL, "SELECT * FROM ev");
	press('\t', "SELECT * FROM events");
	prompt_open(&p, PROMPT_SEARCH, "NM");
	press('\t', "NM");
}

static void no_key_means_two_things_in_one_view(void **state)
{
	const struct key_row *row;

	(void)state;
	for (unsigned i = 0; (row = key_row(i)); i++) {
		for (const char *name = row->keys; *name;) {
			size_t length = strcspn(name, " ");
			int code = key_code(name, length);

			assert_true(code >= 0);
			for (unsigned view = 0; view < VIEWS; view++) {
				if (row->views && !(row->views >> view & 1))
					continue;
				if (key_find(code, (enum view_id)view) != row)
					print_error("%.*s is bound twice\n", (int)length, name);
				assert_ptr_equal(key_find(code, (enum view_id)view), row);
			}
			name += length + strspn(name + length, " ");
		}
		assert_ptr_equal(key_named(row->name), row);
	}
}

static void every_command_has_a_name_of_its_own(void **state)
{
	const struct command_row *row;

	(void)state;
	for (unsigned i = 0; (row = command_row(i)); i++) {
		const struct key_row *key = key_named(row->name);

		assert_true(row->help[0] && row->run);
		/* A key of that name does the same as its command */
		assert_true(!key || !strcmp(row->name, "mark") || !strcmp(row->name, "sql") ||
			    !strcmp(row->name, "help"));
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(row->name, command_row(j)->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_edited_by_characters),
		cmocka_unit_test(random_keys_never_leave_the_line),
		cmocka_unit_test(history_goes_back_and_forth_and_keeps_what_was_typed),
		cmocka_unit_test(tab_offers_one_word_after_the_other),
		cmocka_unit_test(no_key_means_two_things_in_one_view),
		cmocka_unit_test(every_command_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
