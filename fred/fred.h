/* SPDX-License-Identifier: MIT */
/* What the files of fred/ share with each other, and with no others: by file. */
#ifndef FRED_H
#define FRED_H

#include <stdint.h>

struct cpu;
struct trap_frame;

/* ---- entry.S: the page that the CPU enters, and the two returns ---- */

extern const uint8_t fred_entry_page[], fred_eretu[], fred_erets[];

/* ---- dispatch.c, for entry code ---- */

void fred_event(struct trap_frame *frame);

/* ---- levels.c ---- */

/* The level of each exception and the stack of each level, into this CPU's MSRs. */
void fred_load_levels(const struct cpu *cpu);

/* ---- returns.c ---- */

/* A #GP at ERETU left NMIs blocked; the return from this one must not. */
void fred_carry_nmi_bit(struct trap_frame *frame);

#endif
