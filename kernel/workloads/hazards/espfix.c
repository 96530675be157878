/* SPDX-License-Identifier: MIT */
/*
 * IRET to a 16-bit stack segment restores SP and leaves the rest of the kernel's ESP for ring 3 to
 * read (reference 6.5). Careful: IRET from a stack whose address has ring 3's own bits there
 * (idt/espfix.c). FRED: RSP is restored whole.
 */
#include "hazard.h"
#include "kernel/event.h"
#include "kernel/harm/harm.h"
#include "kernel/trace/trace.h"
#include "kernel/workloads/programs.h"
#include "late_nmi.h"

#define ABOVE_SP 0xffff0000ul
#define LATER	 500 /* microseconds */
#define TRIES	 200

/* Told by ring 3, from where ESP is still so: the frame of this very system call shows it, too. */
static long compare(unsigned long before, unsigned long after)
{
	if ((before ^ after) & ABOVE_SP)
		harm_note(FT_HARM_LEAK, 0, after & ABOVE_SP);
	return 0;
}

static unsigned tries;

/* An NMI that meets something else is sent again. */
static void aim(struct trap_frame *frame)
{
	if ((uint16_t)frame->ss == SEL_USER_STACK16 || tries++ >= TRIES)
		return;
	nmi_hook = aim;
	late_nmi(LATER);
}

static bool espfix(void)
{
	workload_half = compare;
	step(1, "system calls of 32-bit code on a 16-bit stack segment");
	tries = 0;
	nmi_hook = aim;
	if (!late_nmi(LATER))
		hazard_skip("NMI: there is no I/O APIC to send a late NMI");
	run_user("espfix", PROGRAM_ESPFIX);
	nmi_hook = NULL;
	hazard_price_user("INT 0x80 from a 16-bit stack", PROGRAM_ESPFIX);
	return true;
}

const struct workload espfix_hazard = {
	"espfix", "ring 3 reads the kernel's ESP from a 16-bit stack", espfix, false};
