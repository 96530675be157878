/* SPDX-License-Identifier: MIT */
#include "reasons.h"

/* What a rule looks at: the two events, the one that is alone (or the first), the bits. */
struct row {
	const struct event *a, *b, *one;
	unsigned differences;
};

static bool is(const struct event *e, unsigned type, unsigned vector)
{
	return e && e->type == type && e->vector == vector;
}

static bool fred(const struct event *e)
{
	return e && e->flags & FT_FLAG_FRED;
}

static bool from_user(const struct event *e)
{
	return e && (e->frame[FRAME_CS] & 3) == 3;
}

static bool any_on(const struct row *r, unsigned stack)
{
	return (r->a && r->a->stack == stack) || (r->b && r->b->stack == stack);
}

static unsigned works(const struct event *e)
{
	return e ? e->work | e->exit_work : 0;
}

static bool alone(const struct row *r)
{
	return r->differences & (DIFFERS_ONLY_A | DIFFERS_ONLY_B);
}

/* ---- when a rule fits ------------------------------------------------------ */

static bool nmi(const struct row *r)
{
	return r->one->type == TYPE_NMI;
}

static bool gap(const struct row *r)
{
	return (r->a && r->a->gap) || (r->b && r->b->gap);
}

static bool torn_on_ist(const struct row *r)
{
	const struct event *e = r->a && event_clobbered(r->a) ? r->a : r->b;

	return e && event_clobbered(e) && e->stack >= FT_STACK_EVENT1 &&
	       e->stack <= FT_STACK_EVENT4;
}

static bool torn(const struct row *r)
{
	return (r->a && event_clobbered(r->a)) || (r->b && event_clobbered(r->b));
}

static bool early_nmi(const struct row *r)
{
	return r->one->type == TYPE_NMI && !fred(r->one) &&
	       (works(r->one) & FT_WORK_NMI_LATCH || (alone(r) && r->one->depth > 1));
}

static bool late_nmi(const struct row *r)
{
	return works(r->a) & FT_WORK_NMI_REPEAT || works(r->b) & FT_WORK_NMI_REPEAT;
}

static bool alone_gate(const struct row *r)
{
	return alone(r) && (r->one->type == TYPE_INT_N ||
			    (is(r->one, TYPE_EXCEPTION, 13) && r->one->frame[FRAME_ERROR] & 2));
}

static bool alone_chance(const struct row *r)
{
	return alone(r) && (r->one->type == TYPE_INTERRUPT || r->one->type == TYPE_NMI);
}

static bool on_copy(const struct row *r)
{
	return r->differences & DIFFERS_STACK && any_on(r, FT_STACK_NMI_COPY);
}

static bool user_on_ist(const struct row *r)
{
	return r->differences & DIFFERS_STACK && from_user(r->a) && from_user(r->b);
}

static bool other_stack(const struct row *r)
{
	return r->differences & DIFFERS_STACK;
}

static bool other_nmi(const struct row *r)
{
	return r->differences & DIFFERS_NMI;
}

static bool other_cause_pf(const struct row *r)
{
	return r->differences & DIFFERS_CAUSE && is(r->a, TYPE_EXCEPTION, 14);
}

static bool other_cause_nmi(const struct row *r)
{
	return r->differences & DIFFERS_CAUSE && nmi(r) && fred(r->a) != fred(r->b);
}

static bool other_cause(const struct row *r)
{
	return r->differences & DIFFERS_CAUSE;
}

static bool other_depth(const struct row *r)
{
	return r->differences & DIFFERS_DEPTH;
}

static bool other_return(const struct row *r)
{
	return r->differences & DIFFERS_RETURN;
}

static bool only_here(const struct row *r)
{
	return alone(r);
}

static bool unreturned(const struct row *r)
{
	return !r->one->exited;
}

static bool double_fault(const struct row *r)
{
	return is(r->one, TYPE_EXCEPTION, 8);
}

static bool nested_fault(const struct row *r)
{
	return is(r->one, TYPE_EXCEPTION, 14) && r->one->depth > 1;
}

static bool page_fault(const struct row *r)
{
	return is(r->one, TYPE_EXCEPTION, 14);
}

static bool debug(const struct row *r)
{
	return is(r->one, TYPE_EXCEPTION, 1);
}

static bool system_call(const struct row *r)
{
	return r->one->type == TYPE_OTHER;
}

static bool own_instruction(const struct row *r)
{
	return r->one->type >= TYPE_INT_N && r->one->type <= TYPE_SOFT_EXCEPTION;
}

static bool interrupt(const struct row *r)
{
	return r->one->type == TYPE_INTERRUPT;
}

static bool always(const struct row *r)
{
	return r->one != 0;
}

/* ---- what it says ------------------------------------------------------------ */

/* The first that fits is taken: from the rare and telling to the plain. */
static const struct {
	bool (*fits)(const struct row *r);
	const char *why;
} rules[] = {
	{gap, "The kernel's ring was full, or a packet was lost or damaged on its way; what "
	      "happened here is not known, and nothing is made up for it."},
	{torn_on_ist, "An IST pointer is fixed: the same IST was used again before this event had "
		      "returned, the CPU began at the same address and pushed over this frame. A "
		      "FRED stack level that is running goes on below what is there."},
	{torn, "Something wrote over this frame while its event was handled: it was not popped as "
	       "it was pushed, and no handler meant to change it."},
	{early_nmi, "Under the IDT any IRET unblocks NMIs, also that of a fault inside an NMI "
		    "handler: the second NMI comes too early and software must note it for later. "
		    "Under FRED only the return that the frame marks unblocks them."},
	{late_nmi,
	 "This NMI came too early and was only noted; its work is done now, by software "
	 "in the IDT's entry code. Under FRED the CPU held it back and delivers it here."},
	{alone_gate, "INT n in ring 3: under the IDT the CPU looks at the gate and makes it a #GP "
		     "when its DPL is too low; FRED has no gates, delivers it as type 4 with its "
		     "vector, and leaves it to software to refuse."},
	{alone_chance, "Where the clock or another CPU strikes is chance: the other run had it at "
		       "another place of the step, or not at all."},
	{on_copy, "Careful IDT code copies an NMI's frame off its IST before anything can fault, "
		  "and runs the handler below the copy; under FRED the handler stays on the stack "
		  "of its level."},
	{user_on_ist,
	 "A vector with an IST uses it wherever it comes from. FRED delivers every "
	 "event from ring 3 on level 0, the task's own stack; levels count in ring 0."},
	{other_stack, "Under the IDT the gate names a stack (IST) or none; under FRED the event "
		      "takes the higher of its own level and the one that is running."},
	{other_nmi, "NMIs are blocked from an NMI's delivery: under the IDT to the next IRET, "
		    "whosever it is; under FRED to the return whose frame says so."},
	{other_cause_pf, "CR2 holds the address of the last #PF only; read too late, it is another "
			 "one's. FRED saves the address in the frame of the event it belongs to."},
	{other_cause_nmi, "Through the IDT an NMI tells nothing of its sender, and the handler "
			  "asks each that there is. FRED's event data has a bit for each source "
			  "that sent one."},
	{other_cause, "Error code or event data differ: the same instruction failed for another "
		      "reason, or its cause was read from a register that had changed since."},
	{other_depth, "The same event came while more, or fewer, others were still being handled."},
	{other_return, "One of them did not return, or went back to another place than the other."},
	{only_here, "The other run has no such event in this step: what comes before and after "
		    "still stands opposite."},
	{unreturned, "It never returned: its task ended in it, or the run did."},
	{double_fault,
	 "An exception could not be delivered, and another followed on the way; a stack of "
	 "its own (an IST, or a high level under FRED) lets it find memory that works."},
	{nmi, "An NMI may come at any instruction, so under the IDT entry code must not trust the "
	      "stack, GS or CR2; FRED gives it a level of its own, the kernel's GS, and keeps NMIs "
	      "blocked until its own return."},
	{nested_fault,
	 "A #PF inside another event: under the IDT it replaces CR2 for any handler that has "
	 "not read it yet; under FRED each frame keeps its own address."},
	{page_fault, "The address that faulted is event data in FRED's frame; under the IDT it is "
		     "in CR2 until the next #PF, and entry code must save it first."},
	{debug, "Single steps and breakpoints: what hit is event data in FRED's frame (as in DR6, "
		"but never stale); under the IDT software reads and clears DR6."},
	{system_call,
	 "SYSCALL pushes nothing and keeps ring 3's stack pointer: IDT-time entry code "
	 "changes GS and stack by hand; FRED delivers it like any event, with a whole "
	 "frame."},
	{own_instruction, "Software asked for it by an instruction, whose length FRED tells in the "
			  "frame; under the IDT only the vector tells, and INT3 looks like INT 3."},
	{interrupt, "An interrupt of a device or the timer: under the IDT one of 256 gates, under "
		    "FRED type 0 with the vector in the frame."},
	{always, "Both deliveries bring it to the same handler; what differs is how much of the "
		 "frame software had to make up."},
};

const char *explain_why(const struct event *a, const struct event *b, unsigned differences)
{
	struct row row = {a, b, a ? a : b, differences};

	for (unsigned i = 0; row.one && i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].fits(&row))
			return rules[i].why;
	}
	return "There is no event here.";
}
