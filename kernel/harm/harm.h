/* SPDX-License-Identifier: MIT */
/*
 * kernel/harm/. Harm: an event that delivery or its handling got wrong. Looked for at each event's
 * entry and exit, whoever delivers, while a hazard runs (or idt=naive); recorded (FT_HARM), and
 * contained so that the run goes on. Silent where delivery is sound. The room uses kernel/ and
 * kernel/trace/; of kernel/ only event.c calls it.
 */
#ifndef HARM_H
#define HARM_H

#include <stdbool.h>
#include <stdint.h>
#include "kernel/frame.h"
#include "kernel/trace/trace.h"
#include "ledger.h"
#include "return.h"

/* By run.c, around a run. Looked for only while the trace records. */
void harm_watch(bool on);

/* Checked inline first: with watching off, an event costs two instructions. */
extern bool harm_wanted;
static inline bool harm_watching(void)
{
	return harm_wanted && trace_recording();
}

/* By event_enter(), after the entry is recorded. */
void harm_enter(struct trap_frame *frame, unsigned work);

/* By event_leave(), before the exit is recorded. The GS.base that entry code expects. */
uint64_t harm_exit(struct trap_frame *frame);

/* By event_abandon(): what the lost event had interrupted is put back. Where its frame was. */
struct trap_frame *harm_abandon(const struct trap_frame *by);

/* By handle_nmi(), when its senders were served: one that still waits was missed, since NMIs that
 * are sent while one waits are not counted. */
void harm_check_senders(void);

/*
 * The next exception whose frame says `rip` must say `data` too (#PF: the address, #DB: the
 * conditions). harm_check_cause(), by handle_exception(), records a wrong one and puts it right.
 */
void harm_expect_cause(uint64_t rip, uint64_t data);
void harm_check_cause(struct trap_frame *frame);

#endif
