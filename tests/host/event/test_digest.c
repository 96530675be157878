/* SPDX-License-Identifier: MIT */
/* Digests: keys for alignment, what counts as a difference; anchors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "event/anchor.h"

static struct event an_event(unsigned type, unsigned vector, uint64_t rip)
{
	struct event e = {.entered = true, .exited = true, .depth = 1, .task = 1};

	e.type = (uint8_t)type;
	e.vector = (uint8_t)vector;
	e.frame[FRAME_RIP] = e.exit_frame[FRAME_RIP] = rip;
	return e;
}

static struct digest digest(const struct event *e)
{
	struct digest d;

	digest_of(&d, e, 0);
	return d;
}

/* Differences of two events that are alike but for what `change` does to the second. */
static unsigned after(void (*change)(struct event *e))
{
	struct event a = an_event(TYPE_EXCEPTION, 14, 0x1000), b = a;
	struct digest da, db;

	change(&b);
	da = digest(&a);
	db = digest(&b);
	return digest_differences(&da, &db);
}

static void other_stack(struct event *e)
{
	e->stack = FT_STACK_EVENT2;
}
static void other_depth(struct event *e)
{
	e->depth = 2;
}
static void blocked(struct event *e)
{
	e->nmi = FT_NMI_BLOCKED;
}
static void observed(struct event *e)
{
	e->nmi = FT_NMI_OBSERVED;
}
static void other_error(struct event *e)
{
	e->frame[FRAME_ERROR] = 2;
}
static void other_data(struct event *e)
{
	e->frame[FRAME_DATA] = 0x5000;
}
static void no_return(struct event *e)
{
	e->exited = false;
}
static void worked(struct event *e)
{
	e->exit_work = FT_WORK_SWAPGS;
}
static void later(struct event *e)
{
	e->tsc += 1000;
	e->exit_tsc += 5000;
	e->frame[FRAME_RSP] = 8;
}

static void overwritten(struct event *e)
{
	e->changed = 1 << FRAME_RFLAGS;
}

static void edited(struct event *e)
{
	e->changed = e->edited = 1 << FRAME_RIP;
	e->exit_frame[FRAME_RIP] = 0x1002;
}

static void each_difference_has_its_class(void **state)
{
	(void)state;
	assert_int_equal(after(other_stack), DIFFERS_STACK);
	assert_int_equal(after(other_depth), DIFFERS_DEPTH);
	assert_int_equal(after(blocked), DIFFERS_NMI);
	assert_int_equal(after(other_error), DIFFERS_CAUSE);
	assert_int_equal(after(other_data), DIFFERS_CAUSE);
	assert_int_equal(after(overwritten), DIFFERS_CLOBBER);
	assert_int_equal(after(no_return), DIFFERS_RETURN);
	assert_int_equal(after(edited), DIFFERS_RETURN);
	assert_int_equal(after(worked), DIFFERS_WORK);
	/* Time, the stack pointer and how the NMI state is known are none */
	assert_int_equal(after(later), 0);
	assert_int_equal(after(observed), 0);
}

static void differences_are_named(void **state)
{
	char text[128];

	(void)state;
	for (unsigned i = 0; i < DIFFERENCES; i++)
		assert_non_null(difference_name(i));
	assert_null(difference_name(DIFFERENCES));
	assert_string_equal(difference_text(DIFFERS_STACK | DIFFERS_CLOBBER, text, sizeof(text)),
			    "other stack, clobbered");
	assert_string_equal(difference_text(0, text, sizeof(text)), "");
}

/* Which of the keys of two events are equal: bit k = key k. */
static unsigned equal_keys(const struct event *a, const struct event *b)
{
	struct digest da = digest(a), db = digest(b);
	uint64_t ka[DIGEST_KEYS], kb[DIGEST_KEYS];
	unsigned equal = 0;

	digest_keys(&da, 7, 0, ka);
	digest_keys(&db, 8, 1, kb);
	for (int k = 0; k < DIGEST_KEYS; k++)
		equal |= (unsigned)(ka[k] == kb[k]) << k;
	return equal;
}

static void keys_go_from_place_to_nesting_to_kind(void **state)
{
	struct event a = an_event(TYPE_EXCEPTION, 14, 0x1000), b = a;

	(void)state;
	assert_int_equal(equal_keys(&a, &b), 7);
	b.frame[FRAME_RIP] = 0x2000;
	assert_int_equal(equal_keys(&a, &b), 6);
	b.depth = 2;
	assert_int_equal(equal_keys(&a, &b), 4);
	b.vector = 13;
	assert_int_equal(equal_keys(&a, &b), 0);
}

static void an_event_by_chance_is_placed_last(void **state)
{
	struct event a = an_event(TYPE_INTERRUPT, 0x40, 0x1000), b = a;

	(void)state;
	assert_int_equal(equal_keys(&a, &b), 6);
	a = b = an_event(TYPE_NMI, 2, 0x1000);
	assert_int_equal(equal_keys(&a, &b), 6);
}

/* Was wrong once: two numbers that differed in few bits got the same key. */
static void events_by_chance_equal_none_of_the_other_side(void **state)
{
	struct event e = an_event(TYPE_NMI, 2, 0x1000);
	struct digest d = digest(&e);

	(void)state;
	for (uint64_t n = 1; n < 300; n++) {
		for (uint64_t m = 1; m < 300; m++) {
			uint64_t a[DIGEST_KEYS], b[DIGEST_KEYS];

			digest_keys(&d, n, 0, a);
			digest_keys(&d, m, 1, b);
			assert_true(a[0] != b[0]);
		}
	}
}

static void a_system_call_is_no_other_tasks(void **state)
{
	struct event a = an_event(TYPE_OTHER, 1, 0x1000), b = a;

	(void)state;
	b.task = 2;
	assert_int_equal(equal_keys(&a, &b), 0);
	a = b = an_event(TYPE_EXCEPTION, 14, 0x1000);
	b.task = 2;
	assert_int_equal(equal_keys(&a, &b), 6);
}

/* ---- anchors ------------------------------------------------------------- */

#define LONG 60000

static struct digest run[LONG];

/* The anchors of run[0..count); their number. */
static size_t anchors_of(size_t count, struct anchor *list, size_t room)
{
	struct anchor_finder f;
	size_t found = 0;

	anchor_restart(&f);
	for (size_t i = 0; i < count; i++) {
		if (!anchor_take(&f, &run[i], i + 1, &list[found]))
			continue;
		assert_true(found + 1 < room);
		assert_true(list[found].n <= i + 1);
		found++;
	}
	return found;
}

static void random_run(unsigned seed, unsigned keys)
{
	srand(seed);
	memset(run, 0, sizeof(run));
	for (size_t i = 0; i < LONG; i++) {
		run[i].type = TYPE_EXCEPTION;
		run[i].key = digest_mix(9, (uint64_t)rand() % keys);
	}
}

static void an_anchor_comes_every_thousand_events(void **state)
{
	static struct anchor list[100];

	(void)state;
	for (unsigned seed = 1; seed < 6; seed++) {
		random_run(seed, 1000);
		size_t count = anchors_of(LONG, list, 100);

		assert_in_range(count, LONG / (2 * ANCHOR_SPAN), LONG / ANCHOR_SPAN);
		for (size_t i = 1; i < count; i++)
			assert_in_range(list[i].n - list[i - 1].n, ANCHOR_SPAN, 2 * ANCHOR_SPAN);
	}
}

static void what_came_before_moves_no_anchor_far_behind_it(void **state)
{
	static struct anchor before[100], behind[100];
	size_t common = 0;

	(void)state;
	random_run(3, 1000);
	size_t n = anchors_of(LONG, before, 100);

	memmove(&run[1], &run[0], (LONG - 1) * sizeof(run[0]));
	run[0].key = 12345;
	size_t m = anchors_of(LONG, behind, 100);

	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < m; j++)
			common +=
				behind[j].n == before[i].n + 1 && behind[j].hash == before[i].hash;
	}
	assert_true(common > n * 3 / 4);
}

static void a_loop_has_anchors_at_the_same_beat(void **state)
{
	static struct anchor before[100], behind[100];

	(void)state;
	memset(run, 0, sizeof(run));
	for (size_t i = 0; i < LONG; i++) {
		run[i].type = TYPE_OTHER;
		run[i].key = digest_mix(9, i % 7);
	}
	size_t n = anchors_of(LONG, before, 100);

	assert_true(n > 20);
	/* The other run begins in the middle of the loop */
	for (size_t i = 0; i < LONG; i++)
		run[i].key = digest_mix(9, (i + 3) % 7);
	size_t m = anchors_of(LONG, behind, 100);

	for (size_t i = 0; i < n && i < m; i++)
		assert_true(before[i].hash == behind[i].hash);
}

static void ticks_move_no_anchor(void **state)
{
	static struct anchor before[100], behind[100];
	size_t n, m, at = 0;
	static struct digest plain[LONG / 2];

	(void)state;
	random_run(4, 1000);
	n = anchors_of(LONG / 2, before, 100);
	memcpy(plain, run, sizeof(plain));
	for (size_t i = 0; i < LONG / 2; i++) {
		run[at++] = plain[i];
		if (i % 5 == 0)
			run[at++] = (struct digest){.type = TYPE_INTERRUPT, .key = i};
	}
	m = anchors_of(at, behind, 100);
	assert_int_equal(n, m);
	for (size_t i = 0; i < n; i++)
		assert_true(before[i].hash == behind[i].hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_difference_has_its_class),
		cmocka_unit_test(differences_are_named),
		cmocka_unit_test(keys_go_from_place_to_nesting_to_kind),
		cmocka_unit_test(an_event_by_chance_is_placed_last),
		cmocka_unit_test(events_by_chance_equal_none_of_the_other_side),
		cmocka_unit_test(a_system_call_is_no_other_tasks),
		cmocka_unit_test(an_anchor_comes_every_thousand_events),
		cmocka_unit_test(what_came_before_moves_no_anchor_far_behind_it),
		cmocka_unit_test(a_loop_has_anchors_at_the_same_beat),
		cmocka_unit_test(ticks_move_no_anchor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
