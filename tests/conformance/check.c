// SPDX-License-Identifier: MIT
/* Compare, and say what differs. check_event() is section 3 of the reference, as arithmetic. */
#include "suite.h"

#define SHOWN_MAX 12 /* failures a test prints; all are counted */

const char *current_test = "boot";
unsigned failures;
uint64_t comparisons;
static const char *case_name;
static uint64_t case_number;

void test_case(const char *what, uint64_t number)
{
	case_name = what;
	case_number = number;
}

static bool failed(const char *what)
{
	if (++failures > SHOWN_MAX)
		return false;
	print("# %s: ", current_test);
	if (case_name)
		print("%s %lu (%lx): ", case_name, case_number, case_number);
	print("%s", what);
	return true;
}

void check(bool ok, const char *what)
{
	comparisons++;
	if (!ok && failed(what))
		print("\n");
}

void check_equal(const char *what, uint64_t got, uint64_t want)
{
	comparisons++;
	if (got != want && failed(what))
		print(": got %lx, expected %lx\n", got, want);
}

bool is_exception(const struct event *e, uint8_t vector)
{
	return type_of(e) == EXCEPTION && vector_of(e) == vector;
}

/* RF as IDT delivery would save it: set by faults, clear behind an instruction that is done */
static uint64_t saved_rflags(const struct start *s, const struct expect *x)
{
	uint64_t flags = s->frame.rflags & ~FLAG_RF;
	bool fault = x->type == EXCEPTION && !x->trap && x->vector != MC;

	return x->rflags ? x->rflags : flags | (fault ? FLAG_RF : 0);
}

static uint64_t saved_ss(const struct start *s, const struct expect *x)
{
	bool software = x->type == SOFTWARE_INTERRUPT || x->type == OTHER;

	return (s->frame.ss & 0xffff) | x->ss_bits | (software ? SS_SOFTWARE : 0) |
	       (x->type == NMI ? SS_NMI : 0) | (uint64_t)x->vector << SS_VECTOR |
	       (uint64_t)x->type << SS_TYPE | (x->compatibility ? 0 : SS_LONG) |
	       (uint64_t)x->length << SS_LENGTH;
}

static void check_frame(const struct event *e, const struct start *s, const struct expect *x,
			unsigned old_csl)
{
	uint64_t ignored = x->any_rf ? FLAG_RF : 0;

	check_equal("frame: error code", e->frame.error, x->error);
	check_equal("frame: RIP", e->frame.rip, x->rip);
	check_equal("frame: CS", e->frame.cs, (s->frame.cs & 0xffff) | old_csl << CS_LEVEL);
	check_equal("frame: RFLAGS", e->frame.rflags & ~ignored, saved_rflags(s, x) & ~ignored);
	check_equal("frame: RSP", e->frame.rsp, x->rsp ? x->rsp : s->frame.rsp);
	check_equal("frame: SS", e->frame.ss, saved_ss(s, x));
	check_equal("frame: event data", e->frame.data, x->data);
	check_equal("frame: last word", e->frame.zero, 0);
}

static uint64_t new_stack(const struct event *e, const struct start *s, const struct expect *x,
			  unsigned old_csl, unsigned new_csl)
{
	uint64_t rsp = x->rsp ? x->rsp : s->frame.rsp;

	if (s->frame.cs & 3 || new_csl > old_csl)
		return rdmsr(FRED_RSP(new_csl)) - sizeof(struct frame);
	return ((rsp - (e->config & 7 << CONFIG_GAP)) & ~63ull) - sizeof(struct frame);
}

static void check_registers(const struct event *e, const struct start *s)
{
	const uint64_t *got = (const uint64_t *)&e->regs, *want = (const uint64_t *)&s->regs;

	for (unsigned i = 0; i < sizeof(struct regs) / 8; i++)
		if (got[i] != want[i]) {
			test_case("general register (0 = R15 ... 14 = RAX)", i);
			check_equal("changed", got[i], want[i]);
			test_case(NULL, 0);
		}
	comparisons++;
}

void check_event(const struct event *e, const struct start *s, const struct expect *x)
{
	bool user = s->frame.cs & 3;
	unsigned old_csl = user ? 0 : s->frame.cs >> CS_LEVEL & 3;
	unsigned new_csl = x->level > old_csl ? x->level : old_csl;
	uint64_t star = rdmsr(MSR_STAR);

	check(e->fred, "delivered by FRED");
	check_frame(e, s, x, old_csl);
	check_equal("RSP", e->at, new_stack(e, s, x, old_csl, new_csl));
	check_equal("CSL", level_of(e), new_csl);
	check_equal("entry point", e->where, user ? 0 : ENTRY_RING0);
	check_equal("RFLAGS", e->rflags, FLAG_FIXED);
	check_equal("CS", e->cs, user ? (uint16_t)(star >> 32) & ~3u : s->frame.cs & 0xffff);
	check_equal("SS", user ? e->ss & ~3u : e->ss,
		    user ? ((uint16_t)(star >> 32) & ~3u) + 8 : s->frame.ss & 0xffff);
	check_equal("GS base", e->gs, user ? s->kernel_gs : s->gs);
	check_equal("KERNEL_GS_BASE", e->kernel_gs, user ? s->gs : s->kernel_gs);
	if (x->vector != DF || x->type != EXCEPTION)
		check_equal("CR2", e->cr2, x->type == EXCEPTION && x->vector == PF ? x->data : 0);
	check_equal("DR6", e->dr6, x->dr6 ? x->dr6 : DR6_CLEAR);
	if (!x->any_regs)
		check_registers(e, s);
}

void check_ran(const struct event *e, const uint8_t *end)
{
	check(is_exception(e, UD), "ran to its end");
	check_equal("RIP at the end", e->frame.rip, (uint64_t)end);
}
