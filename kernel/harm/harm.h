/* SPDX-License-Identifier: MIT */
/*
 * Harm: an event that delivery or its handling got wrong. Looked for at each event's entry and
 * exit, whoever delivers, while a hazard runs (or idt=naive); recorded (FT_HARM), and contained
 * so that the run goes on. Silent where delivery is sound.
 */
#ifndef HARM_H
#define HARM_H

#include <stdbool.h>
#include <stdint.h>
#include "kernel/frame.h"
#include "kernel/trace/trace.h"

/* An event that was entered and not yet left: what it came with, where nothing overwrites it. */
struct open_event {
	struct trap_frame *at;
	struct trap_frame pushed;
	uint64_t event;	      /* its number in the trace */
	uint64_t rip, rflags; /* as pushed; abandoned: as a handler edited them */
	uint64_t gs;	      /* GS.base it came with */
	unsigned work;	      /* enum ft_work */
};

/* By workload.c, around a run. Looked for only while the trace records. */
void harm_watch(bool on);

/* A flag first, so that who does not look pays two instructions an event. */
extern bool harm_wanted;
static inline bool harm_watching(void)
{
	return harm_wanted && trace_recording();
}

/* By event_enter(), after the entry is recorded; and in place of trace_exit(). */
void harm_enter(struct trap_frame *frame, unsigned work);
void harm_exit(struct trap_frame *frame, unsigned work);

/*
 * The running task's innermost event was destroyed by the one that is leaving now, on the same
 * stack, by `frame`: its handler is never gone back to. What it had interrupted is put back.
 */
void harm_abandon(const struct trap_frame *frame);

/* The running task's open events: [1] the outermost to [*depth] the innermost. */
struct open_event *harm_open(unsigned *depth);

/* Change a word of what the innermost event interrupted, on purpose. */
void harm_mend(uint64_t *word, uint64_t value);

/* Record harm to the running task's innermost event. */
void harm_note(unsigned harm, uint64_t where, uint64_t value);

/* By harm_enter() (harm_vector.c): is the event what its frame says? */
void harm_check_vector(const struct trap_frame *frame, unsigned work);

/* harm_return.c. By handle_fault(): true, if the fault was an ERETS, which is tried again. */
bool harm_refused_return(struct trap_frame *frame);
void harm_check_blocked(struct trap_frame *frame); /* by harm_enter() */

/*
 * The next exception whose frame says `rip` must say `data` too (#PF: the address, #DB: the
 * conditions). harm_check_cause(), by handle_exception(), records a wrong one and puts it right.
 */
void harm_expect_cause(uint64_t rip, uint64_t data);
void harm_check_cause(struct trap_frame *frame);

#endif
