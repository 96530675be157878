/* SPDX-License-Identifier: MIT */
/* The reading side of the wire format: what goes in comes out, and damage never kills. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <zlib.h>

#include "wire/reader.h"
#include "sample.h"

static uint8_t bytes[SAMPLE_MAX];
static size_t starts[SAMPLE_RECORDS];
static unsigned packets;

struct outcome {
	unsigned records, damages, gaps, newer;
	uint64_t first_damage, sum;
};

/* Feed everything, `step` bytes at a time. */
static struct outcome read_all(const uint8_t *from, size_t length, size_t step)
{
	struct outcome o = {0};
	struct reader reader;
	struct item item;
	bool more = true;

	reader_init(&reader);
	for (size_t at = 0; more; at += step) {
		if (at < length) {
			size_t part = length - at < step ? length - at : step;

			memcpy(reader_room(&reader, part), from + at, part);
			reader_fed(&reader, part);
		} else {
			reader_end(&reader);
			more = false;
		}
		while (reader_next(&reader, &item) != ITEM_MORE) {
			o.records += item.kind == ITEM_RECORD;
			o.gaps += item.kind == ITEM_GAP;
			o.newer += item.kind == ITEM_NEWER;
			if (item.kind == ITEM_DAMAGE && !o.damages++)
				o.first_damage = item.offset;
			if (item.kind == ITEM_RECORD)
				for (unsigned w = 1; w < FT_WORDS; w++)
					o.sum += item.record.word[w] * (w + o.records);
		}
	}
	reader_free(&reader);
	return o;
}

static void what_was_packed_comes_out_word_by_word(void **state)
{
	uint64_t sum = 0;

	(void)state;
	for (unsigned i = 0; i < SAMPLE_RECORDS; i++)
		for (unsigned w = 1; w < FT_WORDS; w++)
			sum += sample_record(i).word[w] * (w + i + 1);
	for (size_t step = 1; step < 4000; step = step * 3 + 1) {
		struct outcome o = read_all(bytes, starts[packets], step);

		assert_int_equal(o.records, SAMPLE_RECORDS);
		assert_int_equal(o.damages + o.gaps, 0);
		assert_true(o.sum == sum);
	}
}

static void the_packers_crc_is_zlibs(void **state)
{
	(void)state;
	for (size_t length = 0; length < 100; length++)
		assert_int_equal(ft_crc32(0, bytes, length), crc32(0, bytes, (uInt)length));
}

/* Whatever byte is wrong: one packet is lost, at most, and the place is told. */
static void a_flipped_bit_costs_one_packet_and_is_told_with_its_offset(void **state)
{
	static uint8_t bad[SAMPLE_MAX];
	size_t length = starts[packets];

	(void)state;
	for (size_t at = 0; at < length; at++) {
		unsigned hit = 0;

		memcpy(bad, bytes, length);
		bad[at] ^= 1 << at % 8;
		while (starts[hit + 1] <= at)
			hit++;
		struct outcome o = read_all(bad, length, 1 << 16);

		assert_int_equal(o.records, SAMPLE_RECORDS - 10);
		assert_true(o.damages + o.newer >= 1);
		if (o.damages)
			assert_in_range(o.first_damage, starts[hit], starts[hit + 1]);
	}
}

static void a_cut_trace_gives_its_whole_packets(void **state)
{
	(void)state;
	for (size_t length = 0; length < starts[packets]; length++) {
		unsigned whole = 0;

		while (starts[whole + 1] <= length)
			whole++;
		struct outcome o = read_all(bytes, length, 1 << 16);

		assert_int_equal(o.records, whole * 10);
		assert_int_equal(o.damages, length != starts[whole]);
	}
}

static void a_missing_packet_is_a_gap_of_known_size(void **state)
{
	static uint8_t bad[SAMPLE_MAX];
	size_t hole = starts[4] - starts[3], length = starts[packets] - hole;

	(void)state;
	memcpy(bad, bytes, starts[3]);
	memcpy(bad + starts[3], bytes + starts[4], starts[packets] - starts[4]);
	struct outcome o = read_all(bad, length, 1 << 16);

	assert_int_equal(o.records, SAMPLE_RECORDS - 10);
	assert_int_equal(o.gaps, 1);
	assert_int_equal(o.damages, 0);
}

static void a_foreign_file_is_damage_from_its_first_byte(void **state)
{
	uint8_t text[] = "This is no trace, however long one looks at it.";
	struct outcome o = read_all(text, sizeof(text), 7);

	(void)state;
	assert_int_equal(o.records, 0);
	assert_true(o.damages >= 1);
	assert_int_equal(o.first_damage, 0);
}

static void a_newer_version_is_told_and_passed_over(void **state)
{
	static uint8_t newer[SAMPLE_MAX];
	struct ft_packet head;

	(void)state;
	memcpy(newer, bytes, starts[packets]);
	memcpy(&head, newer, sizeof(head));
	head.version = FT_VERSION + 1;
	head.crc = 0;
	memcpy(newer, &head, sizeof(head));
	head.crc = (uint32_t)crc32(0, newer, (uInt)starts[1]);
	memcpy(newer, &head, sizeof(head));
	struct outcome o = read_all(newer, starts[packets], 1 << 16);

	assert_int_equal(o.newer, 1);
	assert_int_equal(o.records, SAMPLE_RECORDS - 10);
}

static int make_sample(void **state)
{
	(void)state;
	starts[0] = 0;
	size_t length = sample_trace(bytes, starts, &packets);

	starts[packets] = length;
	return packets < 2;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_packed_comes_out_word_by_word),
		cmocka_unit_test(the_packers_crc_is_zlibs),
		cmocka_unit_test(a_flipped_bit_costs_one_packet_and_is_told_with_its_offset),
		cmocka_unit_test(a_cut_trace_gives_its_whole_packets),
		cmocka_unit_test(a_missing_packet_is_a_gap_of_known_size),
		cmocka_unit_test(a_foreign_file_is_damage_from_its_first_byte),
		cmocka_unit_test(a_newer_version_is_told_and_passed_over),
	};

	return cmocka_run_group_tests(tests, make_sample, NULL);
}
