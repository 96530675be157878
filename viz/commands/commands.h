/* SPDX-License-Identifier: MIT */
/*
 * fredviz: what every command shares. A command is a function of its own file that
 * takes the arguments after the program's name and returns an exit code.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#define DEFAULT_DB     "build/runs.db"
#define DEFAULT_KERNEL "build/fredlab.elf"
#define DEFAULT_USER   "build/user.elf"

int cmd_import(int argc, char **argv);
int cmd_record(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_print(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_view(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_tail(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_dump(int argc, char **argv);
int cmd_generate(int argc, char **argv);

#endif
