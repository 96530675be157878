/* SPDX-License-Identifier: MIT */
/* An NMI that comes by itself after a while, sent again until it finds what it is meant to find. */
#ifndef LATE_NMI_H
#define LATE_NMI_H

#include <stdbool.h>
#include "kernel/frame.h"

/*
 * NMIs, one after another, each a while after the last, until `take` says of one that it was the
 * one wanted. No clock decides whether it comes: what must be met (ring 3, as a rule) has to go on
 * until it is. False: there is no I/O APIC where it was looked for.
 */
bool late_nmi(bool (*take)(struct trap_frame *frame));

/* No more of them. Was one taken? */
bool late_nmi_end(void);

#endif
