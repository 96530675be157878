/* SPDX-License-Identifier: MIT */
/* fredviz: sees two deliveries of the same events side by side. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "commands/commands.h"
#include "talk/message.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help; /* NULL = not in the list */
} commands[] = {
	{"import", cmd_import, "read a trace file into the run database"},
	{"record", cmd_record, "record a running kernel from a socket or a growing file"},
	{"list", cmd_list, "the runs in the database"},
	{"print", cmd_print, "one run, or two side by side, as text"},
	{"diff", cmd_diff, "how two runs differ, in numbers; 0 same, 1 different"},
	{"view", cmd_view, "the same on screen, with every frame decoded"},
	{"export", cmd_export, "runs as perfetto, ctf, csv, jsonl, or a page to read"},
	{"tail", cmd_tail, "the last events of a trace, or of the ring in a memory dump"},
	{"check", cmd_check, "verify a trace file: packets, CRCs, losses, bytes per event"},
	{"dump", cmd_dump, "every record of a trace file, one line each"},
	{"generate", cmd_generate, NULL},
};

#define COUNT (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *to)
{
	fprintf(to, "usage: fredviz COMMAND [options] [arguments]\n\n"
		    "Two runs of one workload, one under IDT and one under FRED delivery, laid\n"
		    "side by side and aligned by what the events mean.\n\n");
	for (size_t i = 0; i < COUNT; i++) {
		if (commands[i].help)
			fprintf(to, "  %-8s %s\n", commands[i].name, commands[i].help);
	}
	fprintf(to,
		"\n  fredviz import build/demo.ftr     then     fredviz view\n\n"
		"`fredviz COMMAND --help` teaches a command. Exit code: 0 good, 1 a difference\n"
		"or something bad was found, 2 wrong use or trouble.\n");
}

/* Output counts only when it was written: a full disk behind `>` is trouble. */
static int written(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	return fail("the output could not be written; is the disk full?");
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	/* A file-size limit is an error of the write, with a message, not a silent end */
	signal(SIGXFSZ, SIG_IGN);
	if (argc < 2) {
		print_help(stderr);
		return EXIT_TROUBLE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		print_help(stdout);
		return written(EXIT_OK);
	}
	if (!strcmp(argv[1], "--version")) {
		printf("fredviz %s\n", FREDVIZ_VERSION);
		return EXIT_OK;
	}
	for (size_t i = 0; i < COUNT; i++) {
		if (!strcmp(argv[1], commands[i].name))
			return written(commands[i].run(argc - 1, argv + 1));
	}
	return fail("no command '%s'; `fredviz --help` lists them", argv[1]);
}
