/* SPDX-License-Identifier: MIT */
/*
 * A frame that says "SYSCALL" and has TF set steps at once (reference 4), so that a step over
 * SYSCALL traps right behind it. A signal's end is a system call that returns elsewhere: with that
 * bit still in the frame, its #DB comes before the code there has run, and the next one too, for
 * ever. IRET knows no such bit.
 */
#include "hazard.h"
#include "kernel/workloads/programs.h"

static bool sigstep(void)
{
	step(1, "single steps, each caught, each gone on from by a system call");
	run_user("sigstep", PROGRAM_SIGSTEP);
	return true;
}

const struct workload sigstep_hazard = {
	"sigstep", "single steps through a handler that returns by a system call", sigstep, false};
