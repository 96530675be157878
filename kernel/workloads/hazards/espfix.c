/* SPDX-License-Identifier: MIT */
/*
 * IRET to a 16-bit stack segment restores SP and leaves the rest of the kernel's ESP for ring 3 to
 * read (reference 6.5). Careful: IRET from a stack whose address has ring 3's own bits there
 * (idt/espfix.c). FRED: RSP is restored whole.
 */
#include "hazard.h"
#include "kernel/event.h"
#include "kernel/harm/harm.h"
#include "kernel/percpu.h"
#include "kernel/trace/trace.h"
#include "kernel/workloads/programs.h"
#include "late_nmi.h"

#define ABOVE_SP 0xffff0000ul
#define CALLS	 1000u /* of ring 3 while it waits for the NMI, then it gives up */

static unsigned calls;
static bool met;
static uint64_t ticks; /* when it began to wait */

static bool from_stack16(struct trap_frame *frame)
{
	met = (uint16_t)frame->ss == SEL_USER_STACK16;
	return met;
}

/*
 * Told by ring 3, from where ESP is still so: the frame of this very system call shows it, too. It
 * is told whether an NMI and the timer have met it there: the timer has, as good as surely, when
 * two ticks have come.
 */
static long compare(unsigned long before, unsigned long after)
{
	if ((before ^ after) & ABOVE_SP)
		harm_note(FT_HARM_LEAK, 0, after & ABOVE_SP);
	if (!calls++)
		ticks = this_cpu()->ticks;
	return (met && this_cpu()->ticks > ticks + 1) || calls > CALLS;
}

static bool espfix(void)
{
	workload_half = compare;
	step(1, "system calls of 32-bit code on a 16-bit stack segment");
	calls = 0;
	met = false;
	if (!late_nmi(from_stack16)) {
		hazard_skip("NMI: there is no I/O APIC to send a late NMI");
		met = true;
	}
	run_user("espfix", PROGRAM_ESPFIX);
	late_nmi_end();
	hazard_price_user("INT 0x80 from a 16-bit stack", PROGRAM_ESPFIX);
	return true;
}

const struct workload espfix_hazard = {
	"espfix", "ring 3 reads the kernel's ESP from a 16-bit stack", espfix, false};
