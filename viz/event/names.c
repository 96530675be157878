/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <stdio.h>

#include "event.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	uint8_t type, vector;
	const char *name;
} fixed_events[] = {
	{TYPE_NMI, 2, "NMI"},
	{TYPE_EXCEPTION, 0, "#DE"},
	{TYPE_EXCEPTION, 1, "#DB"},
	{TYPE_EXCEPTION, 3, "#BP"},
	{TYPE_EXCEPTION, 4, "#OF"},
	{TYPE_EXCEPTION, 5, "#BR"},
	{TYPE_EXCEPTION, 6, "#UD"},
	{TYPE_EXCEPTION, 7, "#NM"},
	{TYPE_EXCEPTION, 8, "#DF"},
	{TYPE_EXCEPTION, 10, "#TS"},
	{TYPE_EXCEPTION, 11, "#NP"},
	{TYPE_EXCEPTION, 12, "#SS"},
	{TYPE_EXCEPTION, 13, "#GP"},
	{TYPE_EXCEPTION, 14, "#PF"},
	{TYPE_EXCEPTION, 16, "#MF"},
	{TYPE_EXCEPTION, 17, "#AC"},
	{TYPE_EXCEPTION, 18, "#MC"},
	{TYPE_EXCEPTION, 19, "#XM"},
	{TYPE_EXCEPTION, 20, "#VE"},
	{TYPE_EXCEPTION, 21, "#CP"},
	{TYPE_INT1, 1, "INT1"},
	{TYPE_SOFT_EXCEPTION, 3, "INT3"},
	{TYPE_SOFT_EXCEPTION, 4, "INTO"},
	{TYPE_OTHER, 1, "SYSCALL"},
	{TYPE_OTHER, 2, "SYSENTER"},
	{TYPE_INTERRUPT, 0x40, "timer 0x40"},
	{TYPE_INTERRUPT, 0xff, "spurious 0xff"},
};

static const char *const types[EVENT_TYPES] = {
	[TYPE_INTERRUPT] = "external interrupt",
	[TYPE_NMI] = "NMI",
	[TYPE_EXCEPTION] = "hardware exception",
	[TYPE_INT_N] = "software interrupt (INT n)",
	[TYPE_INT1] = "privileged software exception (INT1)",
	[TYPE_SOFT_EXCEPTION] = "software exception (INT3, INTO)",
	[TYPE_OTHER] = "other (SYSCALL, SYSENTER)",
};

static const char *const kinds[] = {
	[FT_RUN] = "run",     [FT_INFO] = "info", [FT_TASK] = "task",	  [FT_MARK] = "mark",
	[FT_ENTRY] = "entry", [FT_EXIT] = "exit", [FT_SWITCH] = "switch", [FT_WORK] = "work",
	[FT_LOST] = "lost",   [FT_END] = "end",	  [FT_STACK] = "stack",	  [FT_RESULT] = "result",
	[FT_HARM] = "harm",
};
_Static_assert(COUNT(kinds) == FT_KIND_END, "each kind of record has a name");

static const struct {
	uint8_t stack;
	char letter;
	const char *name;
} stacks[] = {
	{FT_STACK_TASK, 'T', "task stack"},	  {FT_STACK_EVENT1, '1', "event stack 1"},
	{FT_STACK_EVENT2, '2', "event stack 2"},  {FT_STACK_EVENT3, '3', "event stack 3"},
	{FT_STACK_EVENT4, '4', "event stack 4"},  {FT_STACK_NMI_COPY, 'c', "NMI copy"},
	{FT_STACK_BOOT, 'B', "boot stack"},	  {FT_STACK_USER, 'U', "user stack!"},
	{FT_STACK_UNKNOWN, '?', "unknown stack"},
};

static const struct {
	const char *name, *means;
} works[] = {
	{"frame", "FRED's words filled in by software"},
	{"swapgs", "SWAPGS, after a look at the CS"},
	{"paranoid-gs", "GS.base read to find out whose it is"},
	{"save-cause", "CR2 or DR6 saved before it can change"},
	{"nmi-copy", "frame copied off the IST before it rewinds"},
	{"nmi-latch", "an NMI came inside an NMI: noted, run later"},
	{"nmi-repeat", "a noted NMI is run now"},
	{"ist-shift", "IST pointer moved so that it cannot rewind"},
	{"espfix", "the upper half of ESP hidden from a 16-bit stack"},
	{"stack-switch", "SYSCALL: stack switched by software"},
	{"no-iret", "returned without IRET, which would unblock NMIs"},
	{"nmi-poll", "every possible sender of the NMI asked"},
	{"ask-apic", "the APIC asked whether it was an interrupt"},
};
_Static_assert(1 << COUNT(works) == FT_WORK_END, "each piece of software work has a name");

const char *name_event(unsigned type, unsigned vector, char buffer[NAME_MAX_BYTES])
{
	const char *format = "type %u vector %u";

	for (size_t i = 0; i < COUNT(fixed_events); i++) {
		if (fixed_events[i].type != type || fixed_events[i].vector != vector)
			continue;
		snprintf(buffer, NAME_MAX_BYTES, "%s", fixed_events[i].name);
		return buffer;
	}
	if (type == TYPE_INTERRUPT)
		snprintf(buffer, NAME_MAX_BYTES, "interrupt 0x%02x", vector);
	else if (type == TYPE_INT_N)
		snprintf(buffer, NAME_MAX_BYTES, "INT 0x%02x", vector);
	else
		snprintf(buffer, NAME_MAX_BYTES, format, type, vector);
	return buffer;
}

int name_fixed_event(unsigned index, unsigned *type, unsigned *vector, const char **name)
{
	if (index >= COUNT(fixed_events))
		return 0;
	*type = fixed_events[index].type;
	*vector = fixed_events[index].vector;
	*name = fixed_events[index].name;
	return 1;
}

const char *name_kind(unsigned kind)
{
	return kind < COUNT(kinds) && kinds[kind] ? kinds[kind] : "kind?";
}

const char *name_type(unsigned type)
{
	return type < EVENT_TYPES && types[type] ? types[type] : "reserved type";
}

const char *name_stack(unsigned stack)
{
	for (size_t i = 0; i < COUNT(stacks); i++) {
		if (stacks[i].stack == stack)
			return stacks[i].name;
	}
	return "unknown stack";
}

char letter_stack(unsigned stack)
{
	for (size_t i = 0; i < COUNT(stacks); i++) {
		if (stacks[i].stack == stack)
			return stacks[i].letter;
	}
	return '?';
}

const char *name_work(unsigned bit)
{
	return bit < COUNT(works) ? works[bit].name : NULL;
}

const char *explain_work(unsigned bit)
{
	return bit < COUNT(works) ? works[bit].means : NULL;
}

const char *name_harm(unsigned harm)
{
	static const char *const harms[] = {
		[FT_HARM_CLOBBERED] = "frame overwritten",
		[FT_HARM_CAUSE] = "handled with the wrong cause",
		[FT_HARM_GS] = "ran with ring 3's GS",
		[FT_HARM_NESTED_NMI] = "NMI inside an NMI",
		[FT_HARM_LEAK] = "kernel bits seen by ring 3",
		[FT_HARM_VECTOR] = "taken for another event",
		[FT_HARM_SOURCE] = "sender of the NMI missed",
		[FT_HARM_STACK] = "on another task's stack",
		[FT_HARM_RETURN] = "return refused by the CPU",
		[FT_HARM_STEP] = "single step repeated or missed",
		[FT_HARM_BLOCKED] = "NMIs blocked in ring 3",
	};
	_Static_assert(COUNT(harms) == FT_HARM_END, "each kind of harm has a name");

	return harm < COUNT(harms) && harms[harm] ? harms[harm] : "unknown harm";
}

const char *name_engine(unsigned engine)
{
	static const char *const engines[] = {
		[FT_ENGINE_NONE] = "none",
		[FT_ENGINE_CPU] = "cpu",
		[FT_ENGINE_SOFTCPU] = "softcpu",
	};
	_Static_assert(COUNT(engines) == FT_ENGINE_END, "each engine has a name");

	return engine < COUNT(engines) ? engines[engine] : "unknown";
}

const char *name_delivery(uint64_t options)
{
	return options & FT_RUN_FRED ? "fred" : "idt";
}

const char *name_variant(uint64_t options)
{
	static const char *const levels[] = {"linux", "xen", "flat", "unknown"};

	if (options & FT_RUN_FRED)
		return levels[RUN_LEVELS(options)];
	return options & FT_RUN_NAIVE ? "naive" : "careful";
}
