/* SPDX-License-Identifier: MIT */
/* An NMI that comes by itself after a while, and may so find ring 3. */
#ifndef LATE_NMI_H
#define LATE_NMI_H

#include <stdbool.h>

/* In so many microseconds, 50000 at most, once. False: there is no I/O APIC where it was looked
 * for. */
bool late_nmi(unsigned microseconds);

#endif
