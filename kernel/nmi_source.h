/* SPDX-License-Identifier: MIT */
/*
 * The senders of NMIs. All come by one vector, so without help of the CPU each sender must be
 * asked whether it sent this one (reference 6.7); FRED's NMI-source reporting says it in the event
 * data.
 */
#ifndef NMI_SOURCE_H
#define NMI_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

/* The number that a sender puts into the APIC's command: bit n of the event data (reference 3). */
enum nmi_source {
	NMI_NO_NUMBER = 0, /* the CPU sets this bit: sent without a number, or one too large */
	NMI_WATCHDOG = 1,
	NMI_PIN = 2, /* the external pin: firmware, memory errors, a button */
	NMI_PROFILER = 3,
	NMI_BACKTRACE = 4,
	NMI_DEBUGGER = 5,
	NMI_SOURCES
};

/* Bits that name no sender of ours */
#define NMI_UNNAMED (1ull << NMI_NO_NUMBER | 1ull << NMI_PIN)

const char *nmi_source_name(unsigned source);

/* A sender has something to say: it keeps that in mind until served, and sends its NMI. */
void nmi_raise(unsigned source);

/* Ask them one after another: a bitmap of those that wait to be served; only the first if !all. */
uint64_t nmi_ask(bool all);

/* By the NMI handler: serve these. A sender that waits and is not among them was missed. */
void nmi_serve(uint64_t sources);

/* How often this one was served, and those that still wait. */
uint64_t nmi_served(unsigned source);
uint64_t nmi_waiting(void);
void nmi_forget(void);

#endif
