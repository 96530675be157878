/* SPDX-License-Identifier: MIT */
/*
 * Everything at once, by the dice: faults, breakpoints, single steps, NMIs, machine checks and
 * interrupts, in the kernel, inside each other, and in ring 3. seed= the first round's, count=
 * rounds. What was sent is counted; whether it came, once each, is asked of the trace.
 */
#include "hazard.h"
#include "kernel/apic.h"
#include "kernel/cpu.h"
#include "kernel/engine.h"
#include "kernel/event.h"
#include "kernel/fixup.h"
#include "kernel/options.h"
#include "kernel/trace/record.h"
#include "kernel/user_memory.h"
#include "kernel/workloads/programs.h"
#include "kernel/workloads/storm.h"

#define BUDGET 24 /* events of the kernel's half in a round */
/* Handlers inside each other that provoke more. A fourth may come of that, and no fifth: an IST has
 * STACK_SIZE / IST_STEP places for #DBs inside #DBs. */
#define DEPTH	    3
#define ROUNDS	    10
#define LOOKS_LIMIT 1000000u
#define VECTOR	    0x50 /* and the next ones */
#define PAGES	    (LAZY_PAGES / 2)

static uint64_t dice, sent[STORM_KINDS];
static unsigned budget, depth, pages;
static unsigned nmi_depth;	   /* NMI handlers that run */
static volatile unsigned nmis_due; /* sent, their handler not yet begun: 0 or 1, or they merge */
static unsigned interrupts_due;	   /* by vector, for the same reason */
static volatile uint64_t watched[4];

static void act(void);

/* What a handler does: 0 to 2 more. */
static void inside(void)
{
	unsigned more = depth < DEPTH ? storm_dice(&dice, 3) : 0;

	depth++;
	while (more-- > 0)
		act();
	depth--;
}

static void inside_debug(struct trap_frame *frame)
{
	(void)frame;
	inside();
}

static void single_step(void)
{
	sent[STORM_DB]++;
	debug_hook = inside_debug;
	step_once();
}

static void breakpoint(void)
{
	unsigned n = depth % 4;

	sent[STORM_DB]++;
	debug_hook = inside_debug;
	break_on_write(n, &watched[n]);
	watched[n] = 1;
	break_off(n);
}

static void inside_nmi(struct trap_frame *frame)
{
	(void)frame;
	nmis_due = 0;
	nmi_depth++;
	inside();
	nmi_depth--;
}

static void wait_nmi(void)
{
	for (unsigned looks = 0; nmis_due && looks < LOOKS_LIMIT; looks++)
		cpu_relax();
}

/* Inside another it may have to wait for that one's end: no time to stand still. */
static void nmi(void)
{
	if (nmis_due)
		return;
	sent[STORM_NMI]++;
	nmis_due = 1;
	nmi_hook = inside_nmi;
	apic_send_nmi();
	if (!nmi_depth)
		wait_nmi();
}

static void inside_machine_check(struct trap_frame *frame)
{
	(void)frame;
	inside();
}

static void machine_check(void)
{
	if (engine() != FT_ENGINE_SOFTCPU)
		return;
	sent[STORM_MC]++;
	machine_check_hook = inside_machine_check;
	inject(VECTOR_MC);
}

/* One page, or two: the first one's handler touches the second. */
static void page_fault(void)
{
	if (pages == PAGES)
		return;
	if (storm_dice(&dice, 2)) {
		sent[STORM_PF] += 2;
		*lazy_page(pages++) = 1;
	} else {
		sent[STORM_PF]++;
		*lazy_page(PAGES + pages++) = 1;
	}
}

static void int3(void)
{
	sent[STORM_INT3]++;
	asm volatile("int3");
}

static void undefined(void)
{
	sent[STORM_UD]++;
	asm volatile("1: ud2\n"
		     "2:\n" FIXUP(1b, 2b));
}

static void interrupt(void)
{
	if (interrupts_due & 1u << depth)
		return;
	interrupts_due |= 1u << depth;
	sent[STORM_INTERRUPT]++;
	apic_send_self(VECTOR + depth);
}

static void (*const actions[])(void) = {
	single_step, breakpoint, nmi, nmi, machine_check, page_fault, int3, undefined, interrupt,
};

static void act(void)
{
	if (!budget)
		return;
	budget--;
	actions[storm_dice(&dice, sizeof(actions) / sizeof(actions[0]))]();
}

/*
 * An action outside of any handler. When it is over nothing is due any more; where delivery broke
 * off handlers, nothing of them may be left.
 */
static void act_outside(void)
{
	act();
	wait_nmi();
	depth = nmi_depth = nmis_due = interrupts_due = 0;
	debug_hook = nmi_hook = machine_check_hook = NULL;
	for (unsigned n = 0; n < 4; n++)
		break_off(n);
}

static long from_ring3(unsigned long kind, unsigned long n)
{
	if (kind == STORM_ACT)
		act_outside();
	else if (kind < STORM_KINDS)
		sent[kind] += n;
	return 0;
}

static bool round(uint64_t seed)
{
	step((unsigned)seed, "a round of the storm");
	dice = storm_state(seed);
	budget = BUDGET;
	pages = 0;
	lazy_forget();
	while (budget > BUDGET / 4)
		act_outside();
	return run_user("storm", PROGRAM_STORM | seed << 8) == 0;
}

static bool storm(void)
{
	uint64_t rounds = options.count ? options.count : ROUNDS;
	bool ok = true;

	workload_half = from_ring3;
	for (unsigned kind = 1; kind < STORM_KINDS; kind++)
		sent[kind] = 0;
	for (uint64_t i = 0; i < rounds && ok; i++)
		ok = round(options.seed + i);
	for (unsigned kind = 1; kind < STORM_KINDS; kind++)
		trace_result(kind, sent[kind]);
	return ok;
}

const struct workload storm_hazard = {"storm", "everything at once; seed=, count= rounds", storm,
				      false};
