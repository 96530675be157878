// SPDX-License-Identifier: MIT
/* All groups, in order, as KTAP on COM1. */
#include "suite.h"

#define R(name, where, text) {#name, where, text},
const struct rule_text rule_texts[RULE_COUNT] = {RULES(R)};
#undef R

static unsigned passed, failed, skipped, known, surprises;
static bool reached; /* after= was found */

/* `wanted` is "group", "group.test", or the beginning of one with a * behind it */
static bool selects(const char *wanted, const char *group, const char *name)
{
	for (; *group && *wanted == *group; wanted++)
		group++;
	if (*wanted == '*' || (!*wanted && !*group))
		return true;
	if (*group || *wanted++ != '.')
		return false;
	for (; *name && *wanted == *name; wanted++)
		name++;
	return *wanted == '*' || (!*wanted && !*name);
}

static bool selected(const struct group *g, const struct test *t)
{
	bool now = reached;

	if (selects(options.after, g->name, t->name))
		reached = true;
	return now && (!*options.test || selects(options.test, g->name, t->name));
}

static void run_test(unsigned number, const struct test *t)
{
	const char *why = t->skip ? t->skip() : NULL;
	const char *known_failure = on_softcpu() ? t->xfail : NULL;
	bool ok;

	if (why) {
		print("    ok %u %s # SKIP %s\n", number, t->name, why);
		skipped++;
		return;
	}
	print("    # %s: rule %s\n", t->name, rule_texts[t->rule].name);
	current_test = t->name;
	failures = 0;
	test_case(NULL, 0);
	watchdog_start();
	machine_reset();
	run_protected(t->run, t->argument);
	ok = !failures;
	if (ok)
		passed++;
	else if (known_failure)
		known++;
	else
		failed++;
	if (ok && known_failure)
		surprises++;
	print("    %s %u %s", ok ? "ok" : "not ok", number, t->name);
	if (known_failure)
		print(" # %s %s", ok ? "XPASS" : "XFAIL", known_failure);
	print("\n");
}

static void run_group(unsigned number, const struct group *g)
{
	unsigned count = 0, failed_before = failed;
	bool chosen[g->count];

	for (unsigned i = 0; i < g->count; i++)
		count += chosen[i] = selected(g, &g->tests[i]);
	if (!count)
		return;
	print("    KTAP version 1\n    # Subtest: %s\n    1..%u\n", g->name, count);
	count = 0;
	for (unsigned i = 0; i < g->count; i++)
		if (chosen[i])
			run_test(++count, &g->tests[i]);
	print("%s %u %s\n", failed == failed_before ? "ok" : "not ok", number, g->name);
}

static void list(void)
{
	for (unsigned i = 0; i < RULE_COUNT; i++)
		print("rule\t%s\t%s\t%s\n", rule_texts[i].name, rule_texts[i].where,
		      rule_texts[i].text);
	for (unsigned i = 0; i < group_count; i++)
		for (unsigned j = 0; j < groups[i]->count; j++)
			print("test\t%s.%s\t%s\t%s\n", groups[i]->name, groups[i]->tests[j].name,
			      rule_texts[groups[i]->tests[j].rule].name,
			      groups[i]->tests[j].xfail ? groups[i]->tests[j].xfail : "");
}

_Noreturn void conformance_main(uint32_t magic, uint64_t information);

void conformance_main(uint32_t magic, uint64_t information)
{
	const char *problem;

	options_init(magic, information);
	print("\nKTAP version 1\n");
	if (options.list) {
		list();
		power_off(0);
	}
	problem = has_fred() ? NULL : install_softcpu();
	if (problem || !has_fred()) {
		print("Bail out! %s\n", problem ? problem : "no FRED");
		power_off(2);
	}
	print("# engine: %s\n", on_softcpu() ? "softcpu" : "cpu");
	apic_init();
	if (options.differential) {
		differential();
		power_off(0);
	}
	reached = !*options.after;
	print("1..%u\n", group_count);
	for (unsigned i = 0; i < group_count; i++)
		run_group(i + 1, groups[i]);
	print("# %lu comparisons\n", comparisons);
	print("# passed %u failed %u skipped %u xfail %u xpass %u\n", passed, failed, skipped,
	      known, surprises);
	power_off(failed || !(passed + skipped + known) ? 1 : 0);
}
