/* SPDX-License-Identifier: MIT */
/* What the files of idt/ share with each other, and nobody else. */
#ifndef IDT_H
#define IDT_H

#include <stdbool.h>
#include <stdint.h>
#include "../kernel/frame.h"

/* Entry stubs (entry.S, naive.S): 256, STUB_SIZE bytes apart */
#define STUB_SIZE 16
extern const uint8_t idt_stubs[], idt_naive_stubs[];
extern const uint8_t idt_stub_debug[], idt_stub_nmi[], idt_stub_double_fault[];
extern const uint8_t idt_stub_machine_check[], idt_syscall[];

/* The stretch of entry.S in which an NMI must not use the copied frame */
extern const uint8_t idt_nmi_leave[], idt_nmi_leave_end[], idt_nmi_restart[];

/*
 * Fill the words that FRED's CPU would have pushed and the IDT leaves out: the upper part of
 * SS from the vector (which is all that is known), and the cause of #PF and #DB.
 */
void idt_fill_frame(struct trap_frame *frame);
void idt_fill_cause(struct trap_frame *frame);

/* One handler by the frame's type, as fred/dispatch.c does. */
void idt_dispatch(struct trap_frame *frame);

/* Called by entry code */
void idt_event(struct trap_frame *frame);
void idt_event_paranoid(struct trap_frame *frame);
void idt_event_naive(struct trap_frame *frame);
bool idt_syscall_event(struct trap_frame *frame); /* true: SYSRET can restore the frame */
struct trap_frame *idt_nmi_arrived(struct trap_frame *frame, uint32_t swapped);
void idt_nmi_from_user(struct trap_frame *frame);
void idt_nmi_run(struct trap_frame *frame);

#endif
