/* SPDX-License-Identifier: MIT */
#include "intake.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema.h"
#include "talk/message.h"
#include "wire/ring_dump.h"

#define MESSAGES_MAX 10

int intake_open(struct intake *in, const struct intake_options *options, const char *source)
{
	struct symbols *symbols;

	*in = (struct intake){.source = source};
	reader_init(&in->reader);
	in->db = db_open(options->db, DB_WRITE);
	if (!in->db)
		return EXIT_TROUBLE;
	symbols = symbols_open(options->kernel, options->user, options->symbols_required);
	/*
	 * Pages that do not fit the cache go to the file before the commit, and lock readers
	 * out. Where none is expected the small cache is faster: it stays in the CPU's.
	 */
	if ((options->readers && !db_do(in->db, "PRAGMA cache_size=-65536")) ||
	    load_begin(&in->load, in->db, symbols, source, options->name ? options->name : "")) {
		symbols_close(symbols);
		db_close(in->db);
		return EXIT_TROUBLE;
	}
	if (!join_init(&in->join, &load_sink, &in->load))
		return 0;
	load_finish(&in->load, false);
	symbols_close(symbols);
	db_close(in->db);
	return fail("out of memory");
}

static bool may_tell(struct intake *in)
{
	in->bad++;
	return in->told++ < MESSAGES_MAX;
}

static int take_gap(struct intake *in, const struct item *item)
{
	char why[RUN_TEXT];

	if (item->lost >= 0)
		snprintf(why, sizeof(why), "%" PRId64 " records missing (%s)", item->lost,
			 item->why);
	else
		snprintf(why, sizeof(why), "%s", item->why);
	if (may_tell(in))
		complain("%s: at byte %" PRIu64 ": %s", in->source, item->offset, why);
	return join_gap(&in->join, item->cpu, item->lost, why);
}

static int take_record(struct intake *in, const struct ft_record *record)
{
	unsigned cpu = FT_META_CPU(record->word[FT_META]);

	if (record->word[FT_COMMIT] <= in->from_ring[cpu])
		return 0;
	in->taken[cpu] = record->word[FT_COMMIT];
	return join_record(&in->join, record);
}

static int take_item(struct intake *in, const struct item *item)
{
	switch (item->kind) {
	case ITEM_RECORD: return take_record(in, &item->record);
	case ITEM_GAP: return take_gap(in, item);
	case ITEM_DAMAGE:
		if (may_tell(in))
			complain("%s: at byte %" PRIu64 ": %s; %" PRIu64
				 " bytes were skipped; reading goes on after them",
				 in->source, item->offset, item->why, item->bytes);
		return 0;
	case ITEM_NEWER:
		if (may_tell(in))
			complain("%s: at byte %" PRIu64 ": a packet of format version %u, this "
				 "fredviz reads version %d; update fredviz",
				 in->source, item->offset, item->version, FT_VERSION);
		return 0;
	case ITEM_BOOT:
		memset(in->taken, 0, sizeof(in->taken));
		memset(in->from_ring, 0, sizeof(in->from_ring));
		return join_end(&in->join, "another boot began before this run ended");
	case ITEM_MORE: break;
	}
	return 0;
}

int intake_drain(struct intake *in)
{
	struct item item;
	int error = 0;

	while (!error && reader_next(&in->reader, &item) != ITEM_MORE)
		error = take_item(in, &item);
	return error;
}

int intake_ring(struct intake *in, const char *path)
{
	struct ft_record *record;
	size_t count;
	int error = ring_dump_read(path, 0, &record, &count);

	for (size_t i = 0; i < count && !error; i++) {
		const uint64_t *word = record[i].word;
		unsigned cpu = FT_META_CPU(word[FT_META]);

		/* Only what follows on without a gap: a packet tells better what was lost */
		if (word[FT_COMMIT] != in->taken[cpu] + 1 || word[FT_AUX] >> 32)
			continue;
		in->taken[cpu] = in->from_ring[cpu] = word[FT_COMMIT];
		error = join_record(&in->join, &record[i]);
	}
	free(record);
	return error;
}

int intake_commit(struct intake *in)
{
	int error = join_flush(&in->join);

	return error ? error : load_commit(&in->load, &in->join.run);
}

int intake_close(struct intake *in, bool keep, const char *why)
{
	struct symbols *symbols = in->load.symbols;
	int error = 0;

	if (keep) {
		reader_end(&in->reader);
		error = intake_drain(in);
		if (!error)
			error = join_end(&in->join, why);
	}
	if (in->told > MESSAGES_MAX)
		complain("%s: %u more places of damage or loss", in->source,
			 in->told - MESSAGES_MAX);
	int finish = load_finish(&in->load, keep && !error);

	join_free(&in->join);
	reader_free(&in->reader);
	symbols_close(symbols);
	db_close(in->db);
	return error ? error : finish;
}
