/* SPDX-License-Identifier: MIT */
/*
 * What the hazards share. A hazard is a workload in which a delivery can go wrong: it makes the
 * dangerous thing happen, step by step, and goes on to its end whatever comes of it. It does not
 * judge: harm is found by kernel/harm/, or noted by the hazard where only it can know
 * (harm_note()), and tools/hazards judges from the trace.
 */
#ifndef HAZARD_H
#define HAZARD_H

#include <stdbool.h>
#include <stdint.h>
#include "kernel/task.h"
#include "kernel/workloads/calls.h"
#include "kernel/workloads/provoke.h"
#include "kernel/workloads/workload.h"

/* A step that this machine cannot run, or a whole hazard that cannot be under this delivery or on
 * this machine: said in the trace, why in a few words. */
void hazard_skip(const char *why);
void hazard_absent(const char *why);

/*
 * What the delivery's software costs: the guest instructions (under -icount) of once(), the
 * cheapest of a few, with the trace off. once() makes the hazard's event happen so that it does
 * no harm under any delivery. Outside of any event; `event` names it, as in "NMI in ring 0".
 */
void hazard_price(const char *event, void (*once)(void));

/* The same measured by a program in ring 3, which tells each by SYS_WORKLOAD when its count is 1.
 */
void hazard_price_user(const char *event, unsigned long program);

/* For once(): send an NMI, wait until handle_nmi() is done with it. */
void price_nmi(void);

extern const struct workload cause_hazard, rewind_hazard, gsbase_hazard, nmi_hazard;
extern const struct workload levels_hazard, storm_hazard;
extern const struct workload espfix_hazard, vectors_hazard, source_hazard;
extern const struct workload reraise_hazard, eretu_hazard, sigstep_hazard, stepover_hazard,
	nullss_hazard;
extern const struct workload rsp0_hazard, doublefault_hazard, newtask_hazard;

#endif
