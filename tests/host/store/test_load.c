/* SPDX-License-Identifier: MIT */
/*
 * From a trace's bytes to the rows of the run database: what is in the tables afterwards,
 * and what is left of it when the database cannot be written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "talk/message.h" /* before cmocka.h, which has a macro fail() */

#include <cmocka.h>

#include "event/event.h"
#include "trace/ftpack.h"
#include "store/intake.h"
#include "store/schema.h"

#define NOBODY	  65534
#define WIRE_MAX  (4u << 20)
#define TEXT_MAX  4096
#define RIP	  0x401000ull
#define WRONG_RIP 0x401777ull

static char folder[64], db_path[128];
static struct ft_packer packer;
static uint8_t *wire;
static size_t wire_used, packet_at[2048];
static uint32_t packets;
static uint64_t sequence, tsc;
static char told[TEXT_MAX]; /* on stderr, by the last take_in() */

static int fresh(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/fredlab-load-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(db_path, sizeof(db_path), "%s/runs.db", folder);
	wire = malloc(WIRE_MAX);
	memset(&packer, 0, sizeof(packer));
	ft_packer_init(&packer, 0);
	wire_used = sequence = packets = 0;
	tsc = 1000;
	return setenv("FREDVIZ_BUSY_MS", "50", 1);
}

static int clear_away(void **state)
{
	char journal[160];

	(void)state;
	snprintf(journal, sizeof(journal), "%s-journal", db_path);
	unlink(journal);
	unlink(db_path);
	free(wire);
	return rmdir(folder);
}

static void cut(void)
{
	size_t size = ft_packer_finish(&packer, packets);

	if (!size)
		return;
	assert_true(wire_used + size <= WIRE_MAX);
	assert_true(packets < sizeof(packet_at) / sizeof(packet_at[0]));
	packet_at[packets++] = wire_used;
	memcpy(wire + wire_used, packer.bytes, size);
	wire_used += size;
}

static void send(const struct ft_record *record)
{
	if (!ft_pack(&packer, record, sequence)) {
		cut();
		assert_true(ft_pack(&packer, record, sequence));
	}
	sequence++;
}

static struct ft_record make(unsigned kind, unsigned depth, uint64_t value)
{
	struct ft_record r = {{0}};

	r.word[FT_TSC] = tsc += 10;
	r.word[FT_META] = FT_META(kind, 0, 1, depth, 0, 0, FT_FLAG_FRED);
	r.word[FT_VALUE] = value;
	return r;
}

static void say(unsigned kind, uint64_t value, const char *text)
{
	struct ft_record r = make(kind, 0, value);

	memcpy(&r.word[FT_FRAME], text, strlen(text));
	send(&r);
}

static void fill(struct ft_record *r, unsigned type, unsigned vector, uint64_t event, uint64_t rip)
{
	r->word[FT_WHERE] = 0xffffc90000003fc0ull;
	r->word[FT_EVENT] = event;
	r->word[FT_FRAME + FRAME_RIP] = rip;
	r->word[FT_FRAME + FRAME_SS] = 0x10 | (uint64_t)vector << 32 | (uint64_t)type << 48;
}

/* lost = records that the kernel's ring dropped just before */
static uint64_t enter(unsigned depth, unsigned type, unsigned vector, uint64_t lost)
{
	struct ft_record r = make(FT_ENTRY, depth, 0);
	uint64_t event = sequence;

	r.word[FT_AUX] = lost << 32;
	fill(&r, type, vector, event, RIP);
	send(&r);
	return event;
}

static void leave(uint64_t event, unsigned depth, unsigned type, unsigned vector, uint64_t rip,
		  uint64_t edited)
{
	struct ft_record r = make(FT_EXIT, depth, edited);

	fill(&r, type, vector, event, rip);
	send(&r);
}

/* An NMI with a fault inside that tears it, then a fault whose handler skips an instruction. */
static void small_run(const char *workload)
{
	say(FT_RUN, FT_RUN_FRED, workload);
	say(FT_MARK, 7, "the seventh");
	uint64_t nmi = enter(1, TYPE_NMI, 2, 0), fault = enter(2, TYPE_EXCEPTION, 14, 0);

	leave(fault, 2, TYPE_EXCEPTION, 14, RIP, 0);
	leave(nmi, 1, TYPE_NMI, 2, WRONG_RIP, 0);
	uint64_t skipped = enter(1, TYPE_EXCEPTION, 6, 0);

	leave(skipped, 1, TYPE_EXCEPTION, 6, RIP + 2, 1 << FRAME_RIP);
	say(FT_END, 0, "");
}

static void feed(struct intake *in, const uint8_t *bytes, size_t size)
{
	memcpy(reader_room(&in->reader, size + 1), bytes, size);
	reader_fed(&in->reader, size);
}

static int take_in_bytes(const char *source, bool keep)
{
	const struct intake_options options = {.db = db_path};
	struct intake in;
	int status = intake_open(&in, &options, source);

	if (status)
		return status;
	feed(&in, wire, wire_used);
	status = intake_drain(&in);
	int finish = intake_close(&in, keep && !status, "cut short");

	return status ? status : finish;
}

/* What it says on stderr goes to told[]. */
static int take_in_as(const char *source, bool keep)
{
	FILE *file = tmpfile();
	int terminal = dup(STDERR_FILENO);

	assert_non_null(file);
	cut();
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	int status = take_in_bytes(source, keep);

	fflush(stderr);
	dup2(terminal, STDERR_FILENO);
	close(terminal);
	rewind(file);
	told[fread(told, 1, sizeof(told) - 1, file)] = 0;
	fclose(file);
	return status;
}

static int take_in(void)
{
	return take_in_as("test.ftr", true);
}

static sqlite3 *open_db(void)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(db_path, &db), SQLITE_OK);
	return db;
}

/* The first value of the first row: a number, -1 for NULL, -2 for no row. */
static int64_t ask(const char *sql)
{
	sqlite3 *db = open_db();
	sqlite3_stmt *statement;
	int64_t answer = -2;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	if (sqlite3_step(statement) == SQLITE_ROW)
		answer = sqlite3_column_type(statement, 0) == SQLITE_NULL
				 ? -1
				 : sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return answer;
}

static void a_whole_run_is_complete_with_its_events_and_steps(void **state)
{
	(void)state;
	small_run("tour");
	assert_int_equal(take_in(), 0);
	assert_string_equal(told, "");
	assert_int_equal(ask("SELECT count(*) FROM run"), 1);
	assert_int_equal(ask("SELECT workload = 'tour' AND options = 1 FROM run"), 1);
	assert_int_equal(ask("SELECT incomplete FROM run"), -1);
	assert_int_equal(ask("SELECT events FROM run"), 3);
	assert_int_equal(ask("SELECT count(*) FROM event WHERE exit_seq IS NOT NULL"), 3);
	assert_int_equal(ask("SELECT vector FROM event WHERE n = 2"), 14);
	assert_int_equal(ask("SELECT value FROM step WHERE first_n = 1"), 7);
	assert_int_equal(ask("SELECT count(*) FROM event WHERE step = 1"), 3);
}

static void words_beyond_63_bits_come_back_unchanged(void **state)
{
	(void)state;
	small_run("tour");
	assert_int_equal(take_in(), 0);
	assert_true((uint64_t)ask("SELECT address FROM event WHERE n = 1") ==
		    0xffffc90000003fc0ull);
}

static void a_nested_event_names_what_it_interrupted(void **state)
{
	(void)state;
	small_run("tour");
	assert_int_equal(take_in(), 0);
	assert_int_equal(ask("SELECT parent FROM event WHERE n = 2"), 1);
	assert_int_equal(ask("SELECT count(*) FROM nesting"), 1);
	assert_int_equal(ask("SELECT name = '#PF' AND parent_name = 'NMI' FROM nesting"), 1);
}

static void a_frame_that_was_torn_is_a_clobber_and_one_edited_is_none(void **state)
{
	(void)state;
	small_run("tour");
	assert_int_equal(take_in(), 0);
	assert_int_equal(ask("SELECT count(*) FROM clobbers"), 1);
	assert_int_equal(ask("SELECT n = 1 AND word = 'rip' AND pushed = '0x401000' AND"
			     " popped = '0x401777' FROM clobbers"),
			 1);
	assert_int_equal(ask("SELECT rip FROM exit_frame WHERE n = 3"), RIP + 2);
}

static void only_frames_that_changed_are_kept_twice(void **state)
{
	(void)state;
	small_run("tour");
	assert_int_equal(take_in(), 0);
	assert_int_equal(ask("SELECT count(*) FROM exit_frame WHERE n = 2"), 0);
	assert_int_equal(ask("SELECT count(*) FROM exit_frame"), 2);
}

static void a_loss_is_a_gap_at_its_place_and_the_run_is_incomplete(void **state)
{
	(void)state;
	say(FT_RUN, FT_RUN_FRED, "tour");
	leave(enter(1, TYPE_EXCEPTION, 6, 0), 1, TYPE_EXCEPTION, 6, RIP, 0);
	leave(enter(1, TYPE_EXCEPTION, 6, 9), 1, TYPE_EXCEPTION, 6, RIP, 0);
	say(FT_END, 0, "");
	assert_int_equal(take_in(), 0);
	assert_non_null(strstr(told, "at byte 0: 9 records missing"));
	assert_int_equal(ask("SELECT n FROM gaps WHERE records_lost = 9"), 2);
	assert_int_equal(ask("SELECT events = 2 AND gaps = 1 AND lost = 9 FROM run"), 1);
	assert_int_equal(ask("SELECT incomplete IS NOT NULL FROM run"), 1);
}

static void a_damaged_packet_costs_its_own_events_alone(void **state)
{
	char place[64];

	(void)state;
	say(FT_RUN, FT_RUN_FRED, "tour");
	for (unsigned i = 0; i < 300; i++) {
		leave(enter(1, TYPE_EXCEPTION, 6, 0), 1, TYPE_EXCEPTION, 6, RIP, 0);
		if (i % 100 == 99)
			cut();
	}
	say(FT_END, 0, "");
	cut();
	wire[packet_at[1] + 100] ^= 0x10;
	assert_int_equal(take_in(), 0);
	snprintf(place, sizeof(place), "at byte %zu: ", packet_at[1]);
	assert_non_null(strstr(told, place));
	assert_int_equal(ask("SELECT events FROM run"), 200);
	assert_int_equal(ask("SELECT records_lost FROM gaps"), 200);
	assert_int_equal(ask("SELECT n FROM gaps"), 101);
	assert_int_equal(ask("SELECT result FROM run"), 0);
}

static void a_run_that_is_cut_short_says_why(void **state)
{
	(void)state;
	say(FT_RUN, FT_RUN_FRED, "tour");
	enter(1, TYPE_EXCEPTION, 6, 0);
	assert_int_equal(take_in(), 0);
	assert_int_equal(ask("SELECT incomplete = 'cut short' FROM run"), 1);
	assert_int_equal(ask("SELECT result FROM run"), -1);
	assert_int_equal(ask("SELECT exit_seq FROM event"), -1);
}

static void a_late_exit_still_finds_its_row_and_its_clobber(void **state)
{
	(void)state;
	say(FT_RUN, FT_RUN_FRED, "tour");
	uint64_t sleeper = enter(1, TYPE_NMI, 2, 0);

	for (unsigned i = 0; i < 2 * JOIN_WINDOW; i++)
		leave(enter(2, TYPE_EXCEPTION, 14, 0), 2, TYPE_EXCEPTION, 14, RIP, 0);
	leave(sleeper, 1, TYPE_NMI, 2, WRONG_RIP, 0);
	say(FT_END, 0, "");
	assert_int_equal(take_in(), 0);
	assert_int_equal(ask("SELECT events FROM run"), 2 * JOIN_WINDOW + 1);
	assert_int_equal(ask("SELECT count(*) FROM event WHERE exit_seq IS NULL"), 0);
	assert_int_equal(ask("SELECT count(*) FROM nesting WHERE parent = 1"), 2 * JOIN_WINDOW);
	assert_int_equal(ask("SELECT n FROM clobbers WHERE word = 'rip'"), 1);
}

static void each_import_is_a_boot_of_its_own(void **state)
{
	(void)state;
	small_run("tour");
	assert_int_equal(take_in(), 0);
	assert_int_equal(take_in(), 0);
	assert_int_equal(ask("SELECT count(DISTINCT boot) FROM run"), 2);
	assert_int_equal(ask("SELECT count(*) FROM event WHERE run = 2"), 3);
}

static void what_is_not_kept_leaves_no_row(void **state)
{
	(void)state;
	small_run("tour");
	assert_int_equal(take_in_as("test.ftr", false), 0);
	assert_int_equal(ask("SELECT count(*) FROM run"), 0);
	assert_int_equal(ask("SELECT count(*) FROM event"), 0);
}

static void what_was_committed_stays_when_the_rest_is_given_up(void **state)
{
	const struct intake_options options = {.db = db_path};
	struct intake in;

	(void)state;
	say(FT_RUN, FT_RUN_FRED, "tour");
	leave(enter(1, TYPE_EXCEPTION, 6, 0), 1, TYPE_EXCEPTION, 6, RIP, 0);
	cut();
	size_t half = wire_used;

	leave(enter(1, TYPE_EXCEPTION, 14, 0), 1, TYPE_EXCEPTION, 14, RIP, 0);
	cut();
	assert_int_equal(intake_open(&in, &options, "test.ftr"), 0);
	feed(&in, wire, half);
	assert_int_equal(intake_drain(&in), 0);
	assert_int_equal(intake_commit(&in), 0);
	assert_int_equal(ask("SELECT count(*) FROM event"), 1);
	feed(&in, wire + half, wire_used - half);
	assert_int_equal(intake_drain(&in), 0);
	assert_int_equal(intake_close(&in, false, "given up"), 0);
	assert_int_equal(ask("SELECT vector FROM event"), 6);
	assert_int_equal(ask("SELECT incomplete IS NOT NULL FROM run"), 1);
}

static void a_database_that_stays_busy_is_told_and_unchanged(void **state)
{
	(void)state;
	small_run("tour");
	assert_int_equal(take_in(), 0);
	sqlite3 *other = open_db();

	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", 0, 0, 0), SQLITE_OK);
	assert_int_equal(take_in(), EXIT_TROUBLE);
	assert_non_null(strstr(told, "another program is writing to "));
	assert_non_null(strstr(told, db_path));
	sqlite3_close(other);
	assert_int_equal(ask("SELECT count(*) FROM run"), 1);
	assert_int_equal(take_in(), 0);
	assert_int_equal(ask("SELECT count(*) FROM run"), 2);
}

static void a_database_without_write_permission_is_told_and_unchanged(void **state)
{
	bool root = geteuid() == 0;

	(void)state;
	small_run("tour");
	assert_int_equal(take_in(), 0);
	chmod(db_path, 0444);
	chmod(folder, 0555);
	if (root)
		assert_int_equal(seteuid(NOBODY), 0);
	int status = take_in();

	if (root)
		assert_int_equal(seteuid(0), 0);
	chmod(folder, 0700);
	assert_int_equal(status, EXIT_TROUBLE);
	assert_non_null(strstr(told, "not writable"));
	assert_non_null(strstr(told, db_path));
	assert_int_equal(ask("SELECT count(*) FROM run"), 1);
}

static void hostile_texts_of_a_trace_are_clean_in_the_database(void **state)
{
	const char *bad = "\033]0;evil\007\r\n\x7f\xff\xe2\x80\xae";

	(void)state;
	say(FT_RUN, FT_RUN_FRED, bad);
	say(FT_TASK, 1, bad);
	say(FT_INFO, 0, bad);
	say(FT_MARK, 1, bad);
	say(FT_END, 0, "");
	assert_int_equal(take_in(), 0);
	assert_int_equal(ask("WITH t(x) AS (SELECT workload FROM run UNION ALL"
			     " SELECT name FROM task UNION ALL SELECT key || value FROM info"
			     " UNION ALL SELECT text FROM step)"
			     " SELECT count(*) FROM t WHERE x LIKE '?]0;evil???%'"
			     " AND instr(x, char(27)) + instr(x, char(7)) + instr(x, char(127))"
			     " + instr(x, char(10)) + instr(x, char(8238)) = 0"),
			 4);
}

static void a_hostile_file_name_is_clean_in_a_message(void **state)
{
	(void)state;
	small_run("tour");
	cut();
	wire[wire_used++] = 'x';
	assert_int_equal(take_in_as("\033[31mred\a.ftr", true), 0);
	assert_non_null(strstr(told, "?[31mred?.ftr: at byte "));
	assert_null(strchr(told, '\033'));
	assert_null(strchr(told, '\a'));
}

static void harm_of(unsigned kind, uint64_t event)
{
	struct ft_record r = make(FT_HARM, 0, 5);

	r.word[FT_AUX] = kind;
	r.word[FT_EVENT] = event;
	send(&r);
}

static void harm(uint64_t event)
{
	harm_of(FT_HARM_LEAK, event);
}

/* The last one is of a kind that only a later fredviz knows. */
static void every_kind_of_harm_is_in_the_totals(void **state)
{
	(void)state;
	say(FT_RUN, 0, "harms");
	for (unsigned kind = 1; kind <= FT_HARM_END; kind++)
		harm_of(kind, 0);
	say(FT_END, 0, "");
	cut();
	assert_int_equal(take_in(), 0);
	assert_int_equal(ask("SELECT count(*) FROM harm"), FT_HARM_END);
	assert_int_equal(ask("SELECT count(*) FROM harm JOIN total t ON t.run = harm.run AND"
			     " t.what = 'harm_' || harm WHERE t.number = 1"),
			 FT_HARM_END - 1);
	assert_int_equal(ask("SELECT number FROM total WHERE what = 'harm_0'"), 1);
}

/* Of no event, of one that is open, and of one that has returned and has others behind it. */
static void harm_finds_its_event_also_when_that_has_returned(void **state)
{
	(void)state;
	say(FT_RUN, 0, "leak");
	leave(enter(1, TYPE_EXCEPTION, 6, 0), 1, TYPE_EXCEPTION, 6, RIP, 0);
	uint64_t gone = enter(1, TYPE_EXCEPTION, 13, 0);

	leave(gone, 1, TYPE_EXCEPTION, 13, RIP, 0);
	uint64_t open = enter(1, TYPE_EXCEPTION, 14, 0);

	harm(gone);
	harm(open);
	harm(0);
	leave(open, 1, TYPE_EXCEPTION, 14, RIP, 0);
	say(FT_END, 0, "");
	cut();
	assert_int_equal(take_in(), 0);
	assert_int_equal(ask("SELECT count(*) FROM harms"), 3);
	assert_int_equal(ask("SELECT group_concat(n, '') FROM (SELECT n FROM harm ORDER BY rowid)"),
			 233);
	assert_int_equal(ask("SELECT count(*) FROM harms WHERE name = '#GP'"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, clear_away)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_whole_run_is_complete_with_its_events_and_steps),
		TEST(words_beyond_63_bits_come_back_unchanged),
		TEST(a_nested_event_names_what_it_interrupted),
		TEST(a_frame_that_was_torn_is_a_clobber_and_one_edited_is_none),
		TEST(only_frames_that_changed_are_kept_twice),
		TEST(a_loss_is_a_gap_at_its_place_and_the_run_is_incomplete),
		TEST(a_damaged_packet_costs_its_own_events_alone),
		TEST(a_run_that_is_cut_short_says_why),
		TEST(a_late_exit_still_finds_its_row_and_its_clobber),
		TEST(each_import_is_a_boot_of_its_own),
		TEST(what_is_not_kept_leaves_no_row),
		TEST(what_was_committed_stays_when_the_rest_is_given_up),
		TEST(a_database_that_stays_busy_is_told_and_unchanged),
		TEST(a_database_without_write_permission_is_told_and_unchanged),
		TEST(hostile_texts_of_a_trace_are_clean_in_the_database),
		TEST(a_hostile_file_name_is_clean_in_a_message),
		TEST(harm_finds_its_event_also_when_that_has_returned),
		TEST(every_kind_of_harm_is_in_the_totals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
