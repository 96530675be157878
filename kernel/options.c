/* SPDX-License-Identifier: MIT */
/* One table of options; the parser and the help both walk it. */
#include "options.h"
#include "console.h"
#include "format.h"
#include "library.h"
#include "text.h"

#define CHOICES	 6
#define WORD_MAX 64

struct options options = {.delivery = DELIVERY_BOTH, .hz = 1000, .seed = 1, .workload = "tour"};

struct option {
	const char *name;
	const char *help;
	const char *choice[CHOICES]; /* by value; none: a number */
	uint64_t *value;
	uint64_t min, max;
};

static const struct option table[] = {
	{"delivery", "how events are delivered", {"idt", "fred", "both"}, &options.delivery, 0, 0},
	{"idt", "how IDT entry code is written", {"careful", "naive"}, &options.idt, 0, 0},
	{"levels", "FRED stack levels", {"linux", "xen", "flat"}, &options.levels, 0, 0},
	{"trace", "where it goes", {"auto", "com2", "virtio", "none"}, &options.trace, 0, 0},
	{"without",
	 "a duty of the kernel's left undone",
	 {"nothing", "kernel-ss", "nmi-bit", "step-bit", "rsp0", "new-bits"},
	 &options.without,
	 0,
	 0},
	{"softcpu",
	 "FRED for a CPU without it",
	 {"auto", "off", "replay", "silent"},
	 &options.softcpu,
	 0,
	 0},
	{"count", "how often bulk and storm repeat", {0}, &options.count, 1, 100000000},
	{"seed", "where the storm's dice begin", {0}, &options.seed, 0, 1000000000},
	{"hz", "timer ticks a second", {0}, &options.hz, 10, 10000},
};

#define OPTIONS (sizeof(table) / sizeof(table[0]))

static void print_option(const struct option *option)
{
	printk("  %-9s ", option->name);
	if (!option->choice[0])
		printk("%lu..%lu", option->min, option->max);
	for (unsigned i = 0; i < CHOICES && option->choice[i]; i++)
		printk("%s%s", i ? "|" : "", option->choice[i]);
	printk("  (%s)\n", option->help);
}

static void print_all(void)
{
	printk("options are:\n");
	for (unsigned i = 0; i < OPTIONS; i++)
		print_option(&table[i]);
	printk("  workload  a name (workload=help lists them)\n");
}

static bool set_value(const struct option *option, const char *value)
{
	uint64_t number;

	for (unsigned i = 0; i < CHOICES && option->choice[i]; i++) {
		if (strcmp(option->choice[i], value) == 0) {
			*option->value = i;
			return true;
		}
	}
	if (!option->choice[0] && parse_number(value, &number) && number >= option->min &&
	    number <= option->max) {
		*option->value = number;
		return true;
	}
	printk("fredlab: option %s cannot be '%s'; it takes\n", option->name, value);
	print_option(option);
	return false;
}

static bool set_option(char *word)
{
	char *value = word;

	while (*value && *value != '=')
		value++;
	if (*value)
		*value++ = 0;
	if (strcmp(word, "workload") == 0) {
		copy_text(options.workload, sizeof(options.workload), value);
		return true;
	}
	for (unsigned i = 0; i < OPTIONS; i++)
		if (strcmp(table[i].name, word) == 0)
			return set_value(&table[i], value);
	printk("fredlab: unknown option '%s'; ", word);
	print_all();
	return false;
}

bool options_parse(const char *cmdline)
{
	char word[WORD_MAX];

	while (*cmdline) {
		unsigned length = 0;

		while (*cmdline == ' ')
			cmdline++;
		for (; *cmdline && *cmdline != ' '; cmdline++)
			if (length < WORD_MAX - 1)
				word[length++] = *cmdline;
		word[length] = 0;
		if (length && !set_option(word))
			return false;
	}
	return true;
}

const char *options_text(void)
{
	static char text[256];
	unsigned at = format_text(text, sizeof(text), "workload=%s", options.workload);

	for (unsigned i = 0; i < OPTIONS; i++) {
		const struct option *option = &table[i];

		at += format_text(text + at, sizeof(text) - at, " %s=", option->name);
		if (option->choice[0])
			at += format_text(text + at, sizeof(text) - at, "%s",
					  option->choice[*option->value]);
		else
			at += format_text(text + at, sizeof(text) - at, "%lu", *option->value);
	}
	return text;
}
