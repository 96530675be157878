/* SPDX-License-Identifier: MIT */
/* The CPU says only #GP. Its checks, in its order, again: the first that fails is the reason. */
#include "refused.h"
#include "console.h"
#include "cpu.h"
#include "delivery.h"
#include "percpu.h"
#include "symbols.h"
#include "trace/fredtrace.h"

/* What IRET and ERETU pop, at RSP and at RSP + 8 */
struct image {
	uint64_t rip, cs, rflags, rsp, ss;
};

static struct {
	struct trap_frame fault;
	struct image image;
} refused[CPUS];

static bool is_fred(void)
{
	return delivery->run_flags & FT_RUN_FRED;
}

void refused_note(const struct trap_frame *fault)
{
	unsigned cpu = this_cpu()->id;

	refused[cpu].fault = *fault;
	refused[cpu].image = *(const struct image *)(fault->rsp + (is_fred() ? 8 : 0));
}

#define RFLAGS_RESERVED (1ull << 3 | 1ull << 5 | 1ull << 15 | 1ull << 17 | ~0ull << 22)

static bool is_canonical(uint64_t address)
{
	return (uint64_t)((int64_t)(address << 16) >> 16) == address;
}

static bool is_user_code(uint16_t selector)
{
	return selector == SEL_USER_CODE || selector == SEL_USER_CODE32;
}

static bool is_user_stack(uint16_t selector)
{
	return selector == SEL_USER_DATA || selector == SEL_USER_STACK16;
}

/* SDM 2, IRET and ERETU; reference 4. Those of ERETU alone ask for FRED. */
static const char *why(const struct image *i)
{
	bool fred = is_fred();

	if ((i->cs & 3) != 3)
		return "cs: its RPL is not 3: this is no frame of ring 3";
	if (fred && i->cs >> 16)
		return "cs: bits 63:16 must be 0 for ERETU";
	if ((i->ss & 3) != 3)
		return "ss: its RPL is not 3";
	if (fred && i->ss & 0xfff80000)
		return "ss: bits 31:19 must be 0";
	if (fred && !(i->rflags & RFLAGS_FIXED))
		return "rflags: bit 1 must be 1";
	if (fred && i->rflags & RFLAGS_RESERVED)
		return "rflags: a reserved bit, or VM, is set";
	if (fred && i->rflags & RFLAGS_IOPL)
		return "rflags: IOPL must be 0 for ERETU";
	if (!is_user_code((uint16_t)i->cs))
		return "cs: no code segment of ring 3 in the GDT";
	if (!is_user_stack((uint16_t)i->ss))
		return "ss: no stack segment of ring 3 in the GDT";
	if (!is_canonical(i->rip))
		return "rip: not canonical";
	return "each word passes its own check: was the stack pointer where the frame lies?";
}

void refused_print(void)
{
	unsigned cpu = this_cpu()->id;
	const struct trap_frame *fault = &refused[cpu].fault;
	const struct image *i = &refused[cpu].image;
	char place[64];

	symbol_name(fault->rip, place, sizeof(place));
	printk("  %s, error %lx, at %s (%016lx), with rsp %016lx\n", event_name(fault),
	       fault->error, place, fault->rip, fault->rsp);
	printk("  rip %016lx cs %016lx rflags %016lx\n  rsp %016lx ss %016lx\n", i->rip, i->cs,
	       i->rflags, i->rsp, i->ss);
	printk("  %s\n", why(i));
}
