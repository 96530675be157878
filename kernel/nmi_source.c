/* SPDX-License-Identifier: MIT */
/* The senders of NMIs: a word of memory each, where a device would have a register. */
#include "nmi_source.h"
#include "apic.h"

static struct sender {
	const char *name; /* NULL: no sender has this number */
	volatile bool waits;
	uint64_t served;
} senders[NMI_SOURCES] = {
	[NMI_WATCHDOG] = {.name = "watchdog"},
	[NMI_PROFILER] = {.name = "profiler"},
	[NMI_BACKTRACE] = {.name = "backtrace"},
	[NMI_DEBUGGER] = {.name = "debugger"},
};

const char *nmi_source_name(unsigned source)
{
	return source < NMI_SOURCES && senders[source].name ? senders[source].name : "nobody";
}

void nmi_raise(unsigned source)
{
	senders[source].waits = true;
	apic_send_nmi_from(source);
}

uint64_t nmi_ask(bool all)
{
	uint64_t found = 0;

	for (unsigned i = 0; i < NMI_SOURCES && (all || !found); i++)
		if (senders[i].name && senders[i].waits)
			found |= 1ull << i;
	return found;
}

void nmi_serve(uint64_t sources)
{
	for (unsigned i = 0; i < NMI_SOURCES; i++) {
		if (!(sources >> i & 1) || !senders[i].waits)
			continue;
		senders[i].waits = false;
		senders[i].served++;
	}
}

uint64_t nmi_served(unsigned source)
{
	return senders[source].served;
}

uint64_t nmi_waiting(void)
{
	return nmi_ask(true);
}

void nmi_forget(void)
{
	for (unsigned i = 0; i < NMI_SOURCES; i++)
		senders[i].waits = false;
}
