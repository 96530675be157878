/* SPDX-License-Identifier: MIT */
/* How a run ends, and what its exit code means. */
#ifndef EXIT_H
#define EXIT_H

enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1, /* the workload, or a comparison, failed */
	EXIT_BAD_OPTION = 2,
	EXIT_NO_FRED = 3,
	EXIT_PANIC = 4
};

/* End the machine: isa-debug-exit, else "Shutdown" to port 0x8900, else halt with a message. */
void machine_exit(enum exit_code code) __attribute__((noreturn));

#endif
