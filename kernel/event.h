/* SPDX-License-Identifier: MIT */
/*
 * The C side of every event, the same for both deliveries. A delivery calls
 * event_enter(), one handler, event_leave(); the handler cannot tell which.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdint.h>
#include "frame.h"

/* Trace the entry; work = enum ft_work bits of what the entry code had to do. */
void event_enter(struct trap_frame *frame, unsigned work);

/* Trace the exit; from ring 3, let another task run if it is its turn. */
void event_leave(struct trap_frame *frame, unsigned work);

/*
 * The running task's innermost event was destroyed by the one that is leaving now, on the same
 * stack, by the frame `by`: nothing returns to its handler. Its exit is recorded here.
 */
void event_abandon(const struct trap_frame *by);

/* Handlers by type; handle_exception dispatches type 3 by vector. */
void handle_exception(struct trap_frame *frame);
void handle_interrupt(struct trap_frame *frame);
void handle_nmi(struct trap_frame *frame);
void handle_soft_exception(struct trap_frame *frame); /* INT3, INTO, INT1 */
void handle_int_n(struct trap_frame *frame);
void handle_syscall(struct trap_frame *frame);

/* A fault that is the interrupted code's own: end the user task, or panic. */
void handle_fault(struct trap_frame *frame);

/*
 * An instruction that FRED delivers and this kernel has no use for: from here on a #GP at the
 * instruction, as a gate that is not there, or an empty SYSENTER_CS, would have made of it.
 */
void handle_no_such_call(struct trap_frame *frame, unsigned error);

/* A type that this delivery does not have, or a vector of type 7 that is no system call: panic. */
void handle_unknown_type(const struct trap_frame *frame) __attribute__((noreturn));

/*
 * Called by the handler of an NMI, #DB, #MC or #DF, once, then forgotten: a workload's code
 * inside the event. Without one a #MC or #DF is a panic.
 */
extern void (*volatile nmi_hook)(struct trap_frame *frame);
extern void (*volatile debug_hook)(struct trap_frame *frame);
extern void (*volatile machine_check_hook)(struct trap_frame *frame);
extern void (*volatile double_fault_hook)(struct trap_frame *frame);

/* How many with this vector, type 0 whoever delivered. */
uint64_t interrupts_handled(unsigned vector);

/*
 * rdtsc() when an event reached its C handler, and when that was done. Set both to 0 to arm; the
 * next event fills them (used by the price list).
 */
extern volatile uint64_t handler_tsc, leave_tsc;

#endif
