/* SPDX-License-Identifier: MIT */
/* What reaches the screen: clean text of the right width, names, and frames by their fields. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#undef fail /* ours is another */

#include "event/cells.h"
#include "event/frame.h"
#include "event/names.h"
#include "event/titles.h"
#include "talk/text.h"

static const char *clean(const char *text)
{
	static char buffer[128];

	text_clean(buffer, sizeof(buffer), text, strlen(text));
	return buffer;
}

static void hostile_strings_lose_what_moves_a_terminal(void **state)
{
	(void)state;
	assert_string_equal(clean("plain"), "plain");
	assert_string_equal(clean("\033]0;title\007"), "?]0;title?");
	assert_string_equal(clean("a\rb\nc\td"), "a?b?c?d");
	assert_string_equal(clean("\302\233[31m"), "?[31m");	 /* C1 control sequence */
	assert_string_equal(clean("\342\200\256evil"), "?evil"); /* right-to-left override */
	assert_string_equal(clean("\303\251t\303\251"), "\303\251t\303\251");
	assert_string_equal(clean("\300\257"), "??");		/* overlong slash */
	assert_string_equal(clean("\355\240\200"), "???");	/* a surrogate */
	assert_string_equal(clean("\364\220\200\200"), "????"); /* beyond Unicode */
	assert_string_equal(clean("cut\342\200"), "cut??");
}

static void random_bytes_always_become_clean_text(void **state)
{
	(void)state;
	srand(5);
	for (unsigned round = 0; round < 20000; round++) {
		char raw[40], once[64], twice[64];
		size_t length = (size_t)rand() % sizeof(raw), room = 1 + (size_t)rand() % 60;

		for (size_t i = 0; i < length; i++)
			raw[i] = (char)rand();
		size_t used = text_clean(once, room, raw, length);

		assert_true(used < room && once[used] == 0);
		for (size_t i = 0; i < used; i++)
			assert_true((unsigned char)once[i] >= 0x20 && once[i] != 0x7f);
		text_clean(twice, sizeof(twice), once, used);
		assert_string_equal(once, twice);
		text_clean_ascii(twice, sizeof(twice), once, used);
		for (size_t i = 0; twice[i]; i++)
			assert_true((unsigned char)twice[i] < 0x80);
	}
}

static void a_cell_is_exactly_as_wide_as_its_column(void **state)
{
	static const char *const texts[] = {"",	     "abc",    "abcdefghij",
					    "└ #PF", "·····c", "日本語日本"};
	char cell[64];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (int width = 0; width < 14; width++) {
			text_fit(cell, sizeof(cell), texts[i], width);
			assert_int_equal(text_width(cell), width);
		}
	text_fit(cell, sizeof(cell), "abcdefghij", 6);
	assert_string_equal(cell, "abcde~");
}

static void events_are_named_by_type_then_vector(void **state)
{
	char name[NAME_MAX_BYTES];

	(void)state;
	assert_string_equal(name_event(TYPE_EXCEPTION, 14, name), "#PF");
	assert_string_equal(name_event(TYPE_INT_N, 14, name), "INT 0x0e");
	assert_string_equal(name_event(TYPE_NMI, 2, name), "NMI");
	assert_string_equal(name_event(TYPE_INT_N, 2, name), "INT 0x02");
	assert_string_equal(name_event(TYPE_INTERRUPT, 18, name), "interrupt 0x12");
	assert_string_equal(name_event(TYPE_SOFT_EXCEPTION, 3, name), "INT3");
	assert_string_equal(name_event(TYPE_EXCEPTION, 3, name), "#BP");
	assert_string_equal(name_event(TYPE_OTHER, 1, name), "SYSCALL");
	for (unsigned type = 0; type < 16; type++)
		for (unsigned vector = 0; vector < 256; vector++)
			assert_in_range(strlen(name_event(type, vector, name)), 2, 24);
	for (unsigned n = 0; n < 256; n++)
		assert_true(name_stack(n) && name_kind(n) && name_harm(n) && letter_stack(n));
}

static const char *word(const uint64_t *frame, unsigned w)
{
	static char text[256];

	frame_word_text(frame, w, text, sizeof(text));
	return text;
}

static void a_frames_words_are_told_by_their_fields(void **state)
{
	uint64_t pf[FRAME_WORDS] = {6, 0x401000, 0x33 | 1 << 16, 0x10246, 0, 0, 0xdead000, 0};
	uint64_t db[FRAME_WORDS] = {0}, other[FRAME_WORDS] = {6};

	(void)state;
	pf[FRAME_SS] = 0x2b | 14ull << 32 | 3ull << 48 | 1ull << 57;
	assert_string_equal(word(pf, FRAME_ERROR), "write user");
	assert_string_equal(word(pf, FRAME_CS), "rpl=3 csl=1");
	assert_string_equal(word(pf, FRAME_RFLAGS), "PF ZF IF iopl=0 RF");
	assert_string_equal(word(pf, FRAME_SS), "ss=0x2b vec=14 type=3 64bit len=0");
	assert_string_equal(word(pf, FRAME_DATA), "");
	db[FRAME_SS] = 1ull << 32 | 3ull << 48;
	db[FRAME_DATA] = 1 << 14 | 1;
	assert_string_equal(word(db, FRAME_DATA), "B0 BS");
	other[FRAME_SS] = 6ull << 32 | 3ull << 48; /* the error code of a #UD means nothing */
	assert_string_equal(word(other, FRAME_ERROR), "");
	other[FRAME_SS] |= 1ull << 19;
	assert_non_null(strstr(word(other, FRAME_SS), "unknown=0x80000"));
}

static void a_row_of_cells_fills_its_pane_at_every_width(void **state)
{
	struct event e = {.n = 123456789, .entered = true, .depth = 9, .type = 3, .vector = 14};
	struct cells_layout layout;
	static struct cells cells;
	char line[4096];

	(void)state;
	e.stack = FT_STACK_NMI_COPY;
	e.nmi = FT_NMI_BLOCKED | FT_NMI_PENDING;
	for (int width = 38; width < 200; width++)
		for (int ascii = 0; ascii < 2; ascii++) {
			cells_layout(&layout, width, ascii);
			cells_fill(&cells, &layout, &e, NULL);
			cells_join(line, sizeof(line), &cells, &layout);
			assert_int_equal(text_width(line), width);
			for (size_t i = 0; ascii && line[i]; i++)
				assert_true((unsigned char)line[i] < 0x80);
		}
}

/* The offset goes first, then the file's name; without a name rip is told by its digits. */
static void rips_word_is_told_by_its_place_as_far_as_there_is_room(void **state)
{
	struct event e = {.n = 1, .entered = true};
	struct symbol symbol = {
		.function = "send_self", .offset = 0x7e, .file = "kernel/apic.c", .line = 143};
	char text[64];

	(void)state;
	e.frame[FRAME_RIP] = 0x1000;
	cells_word(&e, NULL, FRAME_RIP, 40, text, sizeof(text));
	assert_string_equal(text, "");
	cells_word(&e, &symbol, FRAME_RIP, 25, text, sizeof(text));
	assert_string_equal(text, "send_self+0x7e apic.c:143");
	cells_word(&e, &symbol, FRAME_RIP, 14, text, sizeof(text));
	assert_string_equal(text, "send_self:143");
	cells_word(&e, &symbol, FRAME_CS, 14, text, sizeof(text));
	assert_string_equal(text, "rpl=0 csl=0");
}

static void a_gap_is_titled_by_what_it_lost(void **state)
{
	struct event gap = {.n = 77, .gap = true, .lost = 9};
	char title[128];

	(void)state;
	event_title(&gap, title, sizeof(title));
	assert_string_equal(title, "9 records are missing");
	gap.lost = 1;
	event_title(&gap, title, sizeof(title));
	assert_string_equal(title, "1 record is missing");
	gap.lost = -1;
	event_title(&gap, title, sizeof(title));
	assert_string_equal(title, "records are missing, how many is not known");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_strings_lose_what_moves_a_terminal),
		cmocka_unit_test(random_bytes_always_become_clean_text),
		cmocka_unit_test(a_cell_is_exactly_as_wide_as_its_column),
		cmocka_unit_test(events_are_named_by_type_then_vector),
		cmocka_unit_test(a_frames_words_are_told_by_their_fields),
		cmocka_unit_test(a_row_of_cells_fills_its_pane_at_every_width),
		cmocka_unit_test(rips_word_is_told_by_its_place_as_far_as_there_is_room),
		cmocka_unit_test(a_gap_is_titled_by_what_it_lost),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
