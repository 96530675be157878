/* SPDX-License-Identifier: MIT */
/* The sieve: which digests it lets pass, and which zones it may skip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "search/sieve.h"

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

static void a_zone_lets_pass_what_one_of_its_events_passes(void **state)
{
	struct event e[3] = {an_event(TYPE_EXCEPTION, 14, 0), an_event(TYPE_NMI, 2, 0),
			     an_event(TYPE_INTERRUPT, 0xff, 0)};
	struct zone z = {0};
	struct digest d[3];

	(void)state;
	e[1].stack = FT_STACK_EVENT2;
	e[1].nmi = FT_NMI_BLOCKED;
	e[2].task = 130;
	e[2].changed = 1;
	for (int i = 0; i < 3; i++) {
		d[i] = digest(&e[i]);
		zone_add(&z, &d[i]);
	}
	for (unsigned by = 1; by < 1024; by++) {
		for (int i = 0; i < 4; i++) {
			struct sieve s = {.by = by, .depth = 1, .work = 0xffff};

			if (i < 3) {
				s.type = d[i].type;
				s.vector = d[i].vector;
				s.stack = d[i].stack;
				s.task = d[i].task;
			}
			for (int k = 0; k < 3; k++) {
				if (sieve_holds(&s, &d[k]))
					assert_true(sieve_may_hold(&s, &z));
			}
		}
	}
}

static void a_zone_stops_what_none_of_its_events_passes(void **state)
{
	struct event e = an_event(TYPE_EXCEPTION, 14, 0);
	struct digest d = digest(&e);
	struct zone z = {0};

	(void)state;
	zone_add(&z, &d);
	assert_true(sieve_may_hold(&(struct sieve){.by = SIEVE_VECTOR, .vector = 14}, &z));
	assert_false(sieve_may_hold(&(struct sieve){.by = SIEVE_VECTOR, .vector = 13}, &z));
	assert_false(sieve_may_hold(&(struct sieve){.by = SIEVE_TYPE, .type = TYPE_NMI}, &z));
	assert_false(sieve_may_hold(&(struct sieve){.by = SIEVE_TASK, .task = 2}, &z));
	assert_false(sieve_may_hold(&(struct sieve){.by = SIEVE_STACK, .stack = 2}, &z));
	assert_false(sieve_may_hold(&(struct sieve){.by = SIEVE_DEEPER, .depth = 2}, &z));
	for (unsigned by = SIEVE_CLOBBERED; by <= SIEVE_WORK; by <<= 1)
		assert_false(sieve_may_hold(&(struct sieve){.by = by, .work = 1}, &z));
}

static void a_gap_passes_no_sieve_but_its_own(void **state)
{
	struct event e = {.gap = true, .lost = 3};
	struct digest d = digest(&e);

	(void)state;
	assert_true(sieve_holds(&(struct sieve){.by = SIEVE_GAP}, &d));
	assert_false(sieve_holds(&(struct sieve){.by = 0}, &d));
	assert_false(sieve_holds(&(struct sieve){.by = SIEVE_TYPE}, &d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zone_lets_pass_what_one_of_its_events_passes),
		cmocka_unit_test(a_zone_stops_what_none_of_its_events_passes),
		cmocka_unit_test(a_gap_passes_no_sieve_but_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
