/* SPDX-License-Identifier: MIT */
/* The local APIC in its memory-mapped mode (SDM 3, chapter 11): timer, EOI, NMI. */
#ifndef APIC_H
#define APIC_H

#include <stdint.h>

/* Switch the 8259s off and the local APIC on; measure the timer. */
void apic_init(void);

/* Periodic interrupts with VECTOR_TIMER, hz a second; 0 stops them. */
void apic_timer(unsigned hz);
void apic_eoi(void);

/* Send this CPU an NMI, by its own APIC id (self-shorthand NMIs are not portable). */
void apic_send_nmi(void);

/* The last store of apic_send_nmi(), for who must place it exactly: where, and in *command what. */
volatile uint32_t *apic_nmi_command(uint32_t *command);

/* Send this CPU an interrupt with a vector of 16..255. */
void apic_send_self(unsigned vector);

#endif
