/* SPDX-License-Identifier: MIT */
/*
 * A single step over SYSCALL, and over INT 0x80, from ring 3. Both clear TF on the way in. IRET
 * sets it again, but traps only behind the next instruction, which the debugger never sees. FRED's
 * frame says "SYSCALL" or "INT n" (SS bit 17), and with TF set its return traps at once (reference
 * 4).
 */
#include "hazard.h"
#include "kernel/cpu.h"
#include "kernel/event.h"
#include "kernel/harm/harm.h"
#include "kernel/workloads/calls.h"
#include "kernel/workloads/programs.h"

static uint64_t behind; /* the call that is stepped over */

static void stepped(struct trap_frame *frame)
{
	if (frame->rip != behind)
		harm_note(FT_HARM_STEP, frame->where, frame->rip);
	frame_set_rflags(frame, frame->rflags & ~(uint64_t)RFLAGS_TF);
}

/* Ring 3 tells where the step must end, right before it sets TF. */
static long begin(unsigned long a, unsigned long b)
{
	(void)b;
	behind = a;
	debug_hook = stepped;
	return 0;
}

static bool stepover(void)
{
	workload_half = begin;
	run_user("stepover", PROGRAM_STEPOVER);
	return true;
}

const struct workload stepover_hazard = {"stepover", "a single step over a system call", stepover,
					 false};
