/* SPDX-License-Identifier: MIT */
/* The local APIC, as xAPIC or x2APIC (SDM 3, chapter 11): timer, EOI, NMI. */
#ifndef APIC_H
#define APIC_H

#include <stdbool.h>
#include <stdint.h>

/* Switch the 8259s off and the local APIC on; measure the timer. */
void apic_init(void);

/* Periodic interrupts with VECTOR_TIMER, hz per second; 0 stops them. */
void apic_timer(unsigned hz);
void apic_eoi(void);

/* Send this CPU an NMI, by its own APIC id (self-shorthand NMIs are not portable). */
void apic_send_nmi(void);

/*
 * The same, with the sender's number as vector, 1..15. Where the CPU reports NMI sources, bit
 * `source` of the NMI's event data is set, and bit 0 for an NMI without one (reference 3).
 */
void apic_send_nmi_from(unsigned source);
bool apic_reports_nmi_sources(void);

/*
 * The instruction with which apic_send_nmi() sends, where it must stand at an exact place: a store
 * of `low`, or WRMSR of both where `memory` is NULL. Good for once.
 */
struct apic_order {
	volatile uint32_t *memory;
	uint32_t msr, low, high;
};
struct apic_order apic_nmi_order(void);

/* Is an interrupt with this vector being handled, its EOI not yet given? Before apic_init(): no. */
bool apic_in_service(unsigned vector);

#define APIC_FIRST_VECTOR 16 /* a local APIC sends no lower one, by SDM 3, 11.5.2 */

/* Send this CPU an interrupt with a vector of 16..255. */
void apic_send_self(unsigned vector);

#endif
