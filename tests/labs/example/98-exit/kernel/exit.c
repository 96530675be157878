/* SPDX-License-Identifier: MIT */
/* In place of the house's kernel/exit.c: the end of a run is told as lab_code() has it. */
#include "exit.h"
#include "cpu.h"
#include "nine.h"

#define PORT_DEBUG_EXIT 0xf4

void machine_exit(enum exit_code code)
{
	int unused; /* a warning in a lab's file is shown, and no error */

	interrupts_off();
	for (;;)
		outb(PORT_DEBUG_EXIT, lab_code(code));
}
