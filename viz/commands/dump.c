/* SPDX-License-Identifier: MIT */
/* fredviz dump: one line per record, in a form that stays the same, for tests and grep. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "event/event.h"
#include "event/names.h"
#include "talk/message.h"
#include "talk/options.h"
#include "talk/text.h"
#include "wire/trace_file.h"

static const struct command_help help = {
	"dump [--format text|csv|jsonl] FILE",
	"Prints every record of a trace file, one line each. What is missing or damaged\n"
	"stands at its place as a record of kind lost or damage. Names and order of the\n"
	"fields do not change between versions; new ones come at the end.\n"
	"\n"
	"  fredviz dump build/demo.ftr | grep ' entry ' | grep '#PF'",
};

/* Every field that a line may have; text shows those that a kind uses. */
enum field {
	F_SEQ,
	F_CPU,
	F_TSC,
	F_KIND,
	F_TASK,
	F_DEPTH,
	F_STACK,
	F_NMI,
	F_FLAGS,
	F_AUX,
	F_NAME,
	F_WHERE,
	F_GSBASE,
	F_EVENT,
	F_VALUE,
	F_ERROR,
	F_RIP,
	F_CS,
	F_RFLAGS,
	F_RSP,
	F_SS,
	F_DATA,
	F_ZERO,
	F_TEXT,
	FIELDS
};

static const struct {
	const char *name;
	bool hex, frame, string;
} fields[] = {
	[F_SEQ] = {"seq", 0, 0, 0},	  [F_CPU] = {"cpu", 0, 0, 0},
	[F_TSC] = {"tsc", 0, 0, 0},	  [F_KIND] = {"kind", 0, 0, 1},
	[F_TASK] = {"task", 0, 0, 0},	  [F_DEPTH] = {"depth", 0, 0, 0},
	[F_STACK] = {"stack", 0, 0, 0},	  [F_NMI] = {"nmi", 1, 0, 0},
	[F_FLAGS] = {"flags", 1, 0, 0},	  [F_AUX] = {"aux", 1, 0, 0},
	[F_NAME] = {"name", 0, 1, 1},	  [F_WHERE] = {"where", 1, 0, 0},
	[F_GSBASE] = {"gsbase", 1, 1, 0}, [F_EVENT] = {"event", 0, 1, 0},
	[F_VALUE] = {"value", 1, 0, 0},	  [F_ERROR] = {"error", 1, 1, 0},
	[F_RIP] = {"rip", 1, 1, 0},	  [F_CS] = {"cs", 1, 1, 0},
	[F_RFLAGS] = {"rflags", 1, 1, 0}, [F_RSP] = {"rsp", 1, 1, 0},
	[F_SS] = {"ss", 1, 1, 0},	  [F_DATA] = {"data", 1, 1, 0},
	[F_ZERO] = {"zero", 1, 1, 0},	  [F_TEXT] = {"text", 0, 0, 1},
};
_Static_assert(sizeof(fields) / sizeof(fields[0]) == FIELDS, "each field has a name");

struct line {
	uint64_t number[FIELDS];
	char kind[16], name[NAME_MAX_BYTES], text[FT_TEXT_BYTES + 1];
	bool frame; /* entry or exit */
	bool sequence;
};

static const char *string_of(const struct line *line, enum field f)
{
	return f == F_KIND ? line->kind : f == F_NAME ? line->name : line->text;
}

static void fill(struct line *line, const struct ft_record *record)
{
	const uint64_t *w = record->word, meta = w[FT_META];
	unsigned kind = FT_META_KIND(meta);

	memset(line, 0, sizeof(*line));
	line->sequence = w[FT_COMMIT];
	line->frame = kind == FT_ENTRY || kind == FT_EXIT;
	line->number[F_SEQ] = w[FT_COMMIT] - 1;
	line->number[F_CPU] = FT_META_CPU(meta);
	line->number[F_TSC] = w[FT_TSC];
	line->number[F_TASK] = FT_META_TASK(meta);
	line->number[F_DEPTH] = FT_META_DEPTH(meta);
	line->number[F_STACK] = FT_META_STACK(meta);
	line->number[F_NMI] = FT_META_NMI(meta);
	line->number[F_FLAGS] = FT_META_FLAGS(meta);
	line->number[F_AUX] = w[FT_AUX];
	line->number[F_WHERE] = w[FT_WHERE];
	line->number[F_GSBASE] = w[FT_GSBASE];
	line->number[F_EVENT] = w[FT_EVENT];
	line->number[F_VALUE] = w[FT_VALUE];
	snprintf(line->kind, sizeof(line->kind), "%s", name_kind(kind));
	if (line->frame) {
		for (unsigned i = 0; i < FRAME_WORDS; i++)
			line->number[F_ERROR + i] = w[FT_FRAME + i];
		name_event(frame_type(w + FT_FRAME), frame_vector(w + FT_FRAME), line->name);
		return;
	}
	if (kind == FT_RUN || kind == FT_INFO || kind == FT_TASK || kind == FT_MARK)
		text_clean(line->text, sizeof(line->text), (const char *)(w + FT_FRAME),
			   FT_TEXT_BYTES);
}

/* "17 entry #PF cpu=0 tsc=4711 ... rip=0x401000": first what it is, then the fields. */
static void print_text(const struct line *line)
{
	if (line->sequence)
		printf("%" PRIu64 " %s", line->number[F_SEQ], line->kind);
	else
		printf("- %s", line->kind);
	if (line->frame)
		printf(" %s", line->name);
	for (unsigned f = 0; f < FIELDS; f++) {
		if (f == F_SEQ || fields[f].string || (fields[f].frame && !line->frame))
			continue;
		printf(fields[f].hex ? " %s=0x%" PRIx64 : " %s=%" PRIu64, fields[f].name,
		       line->number[f]);
	}
	if (line->text[0])
		printf(" text=%s", line->text);
	putchar('\n');
}

static void print_csv(const struct line *line)
{
	for (unsigned f = 0; f < FIELDS; f++) {
		if (f)
			putchar(',');
		if (fields[f].frame && !line->frame)
			continue;
		if (fields[f].string) {
			putchar('"');
			for (const char *c = string_of(line, f); *c; c++)
				printf(*c == '"' ? "\"\"" : "%c", *c);
			putchar('"');
		} else if (f != F_SEQ || line->sequence) {
			printf(fields[f].hex ? "0x%" PRIx64 : "%" PRIu64, line->number[f]);
		}
	}
	putchar('\n');
}

/* Words beyond 2^53 lose bits in many JSON readers: hexadecimal ones go as strings. */
static void print_jsonl(const struct line *line)
{
	const char *comma = "{";

	for (unsigned f = 0; f < FIELDS; f++) {
		if ((fields[f].frame && !line->frame) || (f == F_SEQ && !line->sequence))
			continue;
		printf("%s\"%s\":", comma, fields[f].name);
		comma = ",";
		if (fields[f].string) {
			putchar('"');
			for (const char *c = string_of(line, f); *c; c++)
				printf(*c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
			putchar('"');
		} else {
			printf(fields[f].hex ? "\"0x%" PRIx64 "\"" : "%" PRIu64, line->number[f]);
		}
	}
	printf("}\n");
}

static const struct {
	const char *name;
	void (*print)(const struct line *line);
} formats[] = {
	{"text", print_text},
	{"csv", print_csv},
	{"jsonl", print_jsonl},
};

struct dump {
	void (*print)(const struct line *line);
	bool bad;
};

/* What is not there becomes a line too, at its place. */
static void fill_hole(struct line *line, const struct item *item)
{
	memset(line, 0, sizeof(*line));
	line->number[F_CPU] = item->cpu;
	line->number[F_WHERE] = item->offset;
	line->number[F_VALUE] = item->kind == ITEM_GAP ? (uint64_t)item->lost : item->bytes;
	snprintf(line->kind, sizeof(line->kind), "%s",
		 item->kind == ITEM_GAP	    ? "lost"
		 : item->kind == ITEM_NEWER ? "newer"
					    : "damage");
	snprintf(line->text, sizeof(line->text), "%s",
		 item->why ? item->why : "a packet of a newer version");
}

static int take(void *ctx, const struct item *item)
{
	struct dump *dump = ctx;
	struct line line;

	if (item->kind == ITEM_BOOT)
		return 0;
	if (item->kind == ITEM_RECORD) {
		fill(&line, &item->record);
	} else {
		fill_hole(&line, item);
		dump->bad = true;
	}
	dump->print(&line);
	return ferror(stdout) ? EXIT_TROUBLE : 0;
}

int cmd_dump(int argc, char **argv)
{
	const char *format = "text";
	const struct option_row rows[] = {
		{"format", "F", "text (default), csv or jsonl", &format, 0, 0},
		{0, 0, 0, 0, 0, 0},
	};
	int left = options_read(argc, argv, rows, &help);
	struct dump dump = {0};
	struct reader_counts counts;

	if (left < 0)
		return left == OPTIONS_HELP ? EXIT_OK : EXIT_TROUBLE;
	if (left != 1)
		return fail("dump needs one trace file; see `fredviz dump --help`");
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (!strcmp(formats[i].name, format))
			dump.print = formats[i].print;
	}
	if (!dump.print)
		return fail("--format: '%s' is none of text, csv, jsonl", format);
	if (dump.print == print_csv) {
		for (unsigned f = 0; f < FIELDS; f++)
			printf("%s%s", f ? "," : "", fields[f].name);
		putchar('\n');
	}
	if (trace_file_read(argv[1], take, &dump, &counts))
		return EXIT_TROUBLE;
	if (fflush(stdout))
		return fail("dump: the output could not be written");
	if (!counts.packets)
		return fail("%s: no fredlab trace: no packet in %" PRIu64 " bytes", argv[1],
			    counts.bytes);
	return dump.bad ? EXIT_DIFFERENT : EXIT_OK;
}
