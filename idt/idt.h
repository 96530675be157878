/* SPDX-License-Identifier: MIT */
/* What the files of idt/ share with each other, and nobody else. */
#ifndef IDT_H
#define IDT_H

#include <stdbool.h>
#include <stdint.h>
#include "kernel/cpu.h"
#include "kernel/frame.h"
#include "kernel/percpu.h"
#include "trace/fredtrace.h"

/* Entry stubs (entry.S, naive.S): 256, STUB_SIZE bytes apart */
#define STUB_SIZE 16
extern const uint8_t idt_stubs[], idt_naive_stubs[];
extern const uint8_t idt_stub_debug[], idt_stub_nmi[], idt_stub_double_fault[];
extern const uint8_t idt_stub_machine_check[], idt_syscall[];

/* ---- gates.c, levels.c ---- */

/* A 64-bit interrupt gate (SDM 3, 6.14.1) */
struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint8_t ist;
	uint8_t type; /* 7 present, 6:5 DPL, 3:0 = 0xe interrupt gate */
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
};

struct gate idt_gate(unsigned vector);

/* 0: the stack that ring 0 runs on, or the task's own from ring 3. */
unsigned idt_ist_of(unsigned vector);

/* Where each IST begins, into this CPU's TSS. */
void idt_load_ists(struct cpu *cpu);

/* The IRET that an NMI returns by */
extern const uint8_t idt_naive_iret[], idt_nmi_iret[];

/* Where SYSCALL's entry code has got off ring 3's RSP, and back on it */
extern const uint8_t idt_syscall_on_stack[], idt_syscall_off_stack[], idt_syscall_end[];

/* The stretch of entry.S in which an NMI must not use the copied frame */
extern const uint8_t idt_nmi_leave[], idt_nmi_leave_end[], idt_nmi_restart[];

/*
 * Fill the words that FRED's CPU would have pushed and the IDT leaves out: the upper part of
 * SS from the vector (which is all that is known), and the cause of #PF and #DB.
 */
void idt_fill_frame(struct trap_frame *frame);
unsigned idt_ask_apic(
	struct trap_frame *frame); /* it may be an interrupt; the work for the trace */
void idt_fill_cause(struct trap_frame *frame);

/* CR2 and DR6 as an event at any instruction found them, to be left so. */
struct idt_cause {
	uint64_t cr2, dr6;
};

void idt_keep_cause(struct idt_cause *cause);
void idt_restore_cause(const struct idt_cause *cause);

/* ---- ist.c: ISTs must not rewind onto frames in use ---- */

#define IDT_SHIFTS 8 /* events inside each other that are walked through at most */

/* An interrupted place in ring 0; rsp 0: no kernel stack, and nothing further out. */
struct idt_place {
	uint64_t rip, rsp;
};

struct idt_place idt_place_of(const struct cpu *cpu, const struct trap_frame *frame);

/*
 * If that place is entry or exit code of an event on an event stack, whose C half has not begun
 * or is over: go on to what that event had interrupted. False: it is not.
 */
bool idt_outwards(const struct cpu *cpu, struct idt_place *place);

/* The IST pointers that one event has moved, and what they were. */
struct idt_shift {
	unsigned count, stack[IDT_SHIFTS];
	uint64_t before[IDT_SHIFTS];
	bool over_nmi; /* it interrupted, perhaps through others, an NMI that is still on IST 2 */
};

void idt_shift(struct cpu *cpu, const struct trap_frame *frame, struct idt_shift *shift);
void idt_unshift(struct cpu *cpu, const struct idt_shift *shift);

/* ---- nmi.c ---- */

/* In the stretch of entry.S where the copied frame is in use, though nmi_running does not say so.
 */
static inline bool idt_nmi_leaves(uint64_t rip)
{
	return rip >= (uint64_t)idt_nmi_leave && rip < (uint64_t)idt_nmi_leave_end;
}

/* For the trace: what the way back will do, if the frame says so in the end. */
static inline unsigned idt_leaving(const struct trap_frame *frame, unsigned work)
{
	return (uint16_t)frame->ss == SEL_USER_STACK16 ? work | FT_WORK_ESPFIX : work;
}

/* The stack from which IRET returns to a 16-bit SS; once. */
void idt_espfix_init(void);

/* One handler by the frame's type, as fred/dispatch.c does. */
void idt_dispatch(struct trap_frame *frame);

/* Called by entry code */
void idt_event(struct trap_frame *frame);
void idt_event_paranoid_user(struct trap_frame *frame);
bool idt_event_paranoid(struct trap_frame *frame); /* true: the return must not unblock NMIs */
void idt_event_naive(struct trap_frame *frame);
bool idt_syscall_event(struct trap_frame *frame); /* true: SYSRET can restore the frame */
struct trap_frame *idt_nmi_arrived(struct trap_frame *frame, uint32_t swapped);
void idt_nmi_from_user(struct trap_frame *frame);
void idt_nmi_run(struct trap_frame *frame);

#endif
