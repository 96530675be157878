/* SPDX-License-Identifier: MIT */
/* Payloads that no packer makes, and all that a packer may: kinds, losses, jumps, boots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "trace/ftpack.h"
#include "wire/reader.h"

static struct ft_packer packer;
static uint8_t wire[8 * FT_PACKET_MAX];
static size_t wire_used;
static uint32_t packets;

static int fresh(void **state)
{
	(void)state;
	memset(&packer, 0, sizeof(packer));
	ft_packer_init(&packer, 0);
	wire_used = 0;
	packets = 0;
	return 0;
}

static void cut(void)
{
	size_t size = ft_packer_finish(&packer, packets);

	packets += size != 0;
	memcpy(wire + wire_used, packer.bytes, size);
	wire_used += size;
}

static void pack(const struct ft_record *record, uint64_t sequence)
{
	if (ft_pack(&packer, record, sequence))
		return;
	cut();
	assert_true(ft_pack(&packer, record, sequence));
}

static void feed(struct reader *reader, const void *bytes, size_t size)
{
	reader_init(reader);
	memcpy(reader_room(reader, size + 1), bytes, size);
	reader_fed(reader, size);
	reader_end(reader);
}

static struct ft_record record_of(unsigned kind, unsigned depth)
{
	struct ft_record r = {{0}};

	r.word[FT_META] = FT_META(kind, 0, 1, depth, 0, 0, 0);
	for (unsigned w = FT_WHERE; w < FT_WORDS; w++)
		r.word[w] = 0x0101010101010101ull * (w + kind);
	return r;
}

static void every_kind_comes_back_one_of_the_future_too(void **state)
{
	struct reader reader;
	struct item item;

	(void)state;
	for (unsigned kind = 1; kind < 16; kind++) {
		struct ft_record r = record_of(kind, 3);

		if (kind == FT_LOST) /* made by the packer alone */
			continue;
		fresh(NULL);
		pack(&r, 0);
		cut();
		feed(&reader, wire, wire_used);
		assert_int_equal(reader_next(&reader, &item), ITEM_RECORD);
		r.word[FT_COMMIT] = 1;
		assert_memory_equal(&item.record, &r, sizeof(r));
		assert_int_equal(reader_next(&reader, &item), ITEM_MORE);
		reader_free(&reader);
	}
}

static void random_words_survive_every_prediction(void **state)
{
	static struct ft_record sent[150];
	struct reader reader;
	struct item item;

	(void)state;
	srand(7);
	for (unsigned i = 0; i < 150; i++) {
		unsigned kind = rand() % 8 ? FT_ENTRY + (unsigned)rand() % 2 : FT_WORK;

		sent[i] = record_of(kind, (unsigned)rand() % 40);
		for (unsigned w = 0; w < FT_WORDS; w++)
			if (w != FT_META && w != FT_AUX && rand() % 3 == 0)
				sent[i].word[w] =
					(uint64_t)rand() << rand() % 64 ^ (uint64_t)rand();
		pack(&sent[i], i);
	}
	cut();
	feed(&reader, wire, wire_used);
	for (unsigned i = 0; i < 150; i++) {
		assert_int_equal(reader_next(&reader, &item), ITEM_RECORD);
		sent[i].word[FT_COMMIT] = i + 1;
		assert_memory_equal(&item.record, &sent[i], sizeof(sent[i]));
	}
	assert_int_equal(reader_next(&reader, &item), ITEM_MORE);
	reader_free(&reader);
}

static void a_loss_stands_before_the_record_that_follows_it(void **state)
{
	struct ft_record r = record_of(FT_WORK, 0);
	struct reader reader;
	struct item item;

	(void)state;
	pack(&r, 0);
	r.word[FT_AUX] = 17ull << 32 | FT_WORK_SWAPGS;
	pack(&r, 1);
	cut();
	feed(&reader, wire, wire_used);
	assert_int_equal(reader_next(&reader, &item), ITEM_RECORD);
	assert_int_equal(reader_next(&reader, &item), ITEM_GAP);
	assert_int_equal(item.lost, 17);
	assert_int_equal(reader_next(&reader, &item), ITEM_RECORD);
	assert_int_equal(item.record.word[FT_AUX], FT_WORK_SWAPGS);
	assert_int_equal(item.record.word[FT_COMMIT], 2); /* LOST takes no sequence number */
	reader_free(&reader);
}

static void another_boot_in_the_same_stream_is_no_gap(void **state)
{
	struct reader reader;
	struct item item;
	unsigned boots = 0, records = 0, others = 0;

	(void)state;
	for (unsigned boot = 0; boot < 2; boot++) {
		packets = 0;
		for (unsigned i = 0; i < 30; i++) {
			struct ft_record r = record_of(FT_WORK, 0);

			pack(&r, i);
			if (i % 10 == 9)
				cut();
		}
	}
	feed(&reader, wire, wire_used);
	while (reader_next(&reader, &item) != ITEM_MORE) {
		boots += item.kind == ITEM_BOOT;
		records += item.kind == ITEM_RECORD;
		others += item.kind != ITEM_BOOT && item.kind != ITEM_RECORD;
	}
	assert_int_equal(boots, 1);
	assert_int_equal(records, 60);
	assert_int_equal(others, 0);
	reader_free(&reader);
}

static void nonsense_in_a_sound_packet_is_damage(void **state)
{
	static const struct {
		const char *bytes;
		uint16_t size;
	} payloads[] = {
		{"\x00", 1},		 /* no kind */
		{"\x05", 1},		 /* nothing behind the kind */
		{"\x05\xff\xff\x7f", 4}, /* more words than there are */
		{"\x05\x02\x80", 3},	 /* cut in a number */
		{"\x05\x00", 2},	 /* META of another kind */
		{"\x15\x02\x0a", 3},	 /* META of another depth */
		{"\x05\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12}, /* endless LEB128 */
		{"\x05\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 12}, /* 65 bits */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
		struct ft_packet head = {
			.magic = FT_MAGIC, .version = FT_VERSION, .length = payloads[i].size};
		uint8_t bytes[64];
		size_t size = sizeof(head) + payloads[i].size;
		struct reader reader;
		struct item item;

		memcpy(bytes, &head, sizeof(head));
		memcpy(bytes + sizeof(head), payloads[i].bytes, payloads[i].size);
		head.crc = ft_crc32(0, bytes, size);
		memcpy(bytes, &head, sizeof(head));
		feed(&reader, bytes, size);
		assert_int_equal(reader_next(&reader, &item), ITEM_DAMAGE);
		assert_int_equal(item.offset, 0);
		assert_non_null(item.why);
		assert_int_equal(reader_next(&reader, &item), ITEM_MORE);
		reader_free(&reader);
	}
}

static void random_payloads_never_kill(void **state)
{
	(void)state;
	srand(3);
	for (unsigned round = 0; round < 3000; round++) {
		uint16_t length = (uint16_t)(rand() % 300);
		struct ft_packet head = {
			.magic = FT_MAGIC, .version = FT_VERSION, .length = length};
		uint8_t bytes[400];
		struct reader reader;
		struct item item;

		memcpy(bytes, &head, sizeof(head));
		for (unsigned i = 0; i < length; i++)
			bytes[sizeof(head) + i] = (uint8_t)(rand() % 4 ? rand() % 12 : rand());
		head.crc = ft_crc32(0, bytes, sizeof(head) + length);
		memcpy(bytes, &head, sizeof(head));
		feed(&reader, bytes, sizeof(head) + length);
		for (unsigned items = 0; reader_next(&reader, &item) != ITEM_MORE; items++)
			assert_in_range(items, 0, 400);
		reader_free(&reader);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_kind_comes_back_one_of_the_future_too, fresh),
		cmocka_unit_test_setup(random_words_survive_every_prediction, fresh),
		cmocka_unit_test_setup(a_loss_stands_before_the_record_that_follows_it, fresh),
		cmocka_unit_test_setup(another_boot_in_the_same_stream_is_no_gap, fresh),
		cmocka_unit_test(nonsense_in_a_sound_packet_is_damage),
		cmocka_unit_test(random_payloads_never_kill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
