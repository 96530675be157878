/* SPDX-License-Identifier: MIT */
/* What the files of idt/ share with each other, and with no others: by file. */
#ifndef IDT_H
#define IDT_H

#include <stdbool.h>
#include <stdint.h>
#include "kernel/cpu.h"
#include "kernel/frame.h"
#include "kernel/percpu.h"
#include "trace/fredtrace.h"

/* ---- gates.c ---- */

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

/* ---- levels.c ---- */

/* 0: the stack that ring 0 runs on; from ring 3, the task's own. */
unsigned idt_ist_of(unsigned vector);

/* Where each IST begins, into this CPU's TSS. */
void idt_load_ists(struct cpu *cpu);

/* ---- entry.S, naive.S: 256 stubs each, STUB_SIZE bytes apart ---- */

#define STUB_SIZE 16
extern const uint8_t idt_stubs[], idt_naive_stubs[];
extern const uint8_t idt_naive_iret[]; /* by which an NMI returns, too */

/* ---- dispatch.c, for entry code ---- */

void idt_event(struct trap_frame *frame);
void idt_event_paranoid_user(struct trap_frame *frame);
bool idt_event_paranoid(struct trap_frame *frame); /* true: the return must not unblock NMIs */

/* One handler by the frame's type, as fred/dispatch.c does. */
void idt_dispatch(struct trap_frame *frame);

/* For the trace: what the way back will do, if the frame says so in the end. */
static inline unsigned idt_leaving(const struct trap_frame *frame, unsigned work)
{
	return (uint16_t)frame->ss == SEL_USER_STACK16 ? work | FT_WORK_ESPFIX : work;
}

/* ---- naive.c, for entry code ---- */

void idt_event_naive(struct trap_frame *frame);

/* ---- fill.c ---- */

/* The upper part of SS, which FRED's CPU would have pushed, from the vector: no more is known. */
void idt_fill_frame(struct trap_frame *frame);

/* A vector that may be an interrupt's, too: ask, and correct the type. The work, for the trace. */
unsigned idt_ask_apic(struct trap_frame *frame);

/* ---- cause.c ---- */

/* The event data of a #PF or #DB, which FRED's CPU would have pushed. */
void idt_fill_cause(struct trap_frame *frame);

/* CR2 and DR6 as an event at any instruction found them, and must leave them. */
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
 * If `place` lies in the entry or exit code of an event whose C half is not running, replace it by
 * what that event interrupted and return true.
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

/* ---- paranoid.S ---- */

extern const uint8_t idt_stub_debug[], idt_stub_double_fault[], idt_stub_machine_check[];

/* ---- nmi.S ---- */

extern const uint8_t idt_stub_nmi[], idt_nmi_iret[]; /* the entry, the IRET */

/* From idt_nmi_leave on the copied frame is in use, though nmi_running is 0; the way to begin that
 * again is idt_nmi_restart. */
extern const uint8_t idt_nmi_leave[], idt_nmi_leave_end[], idt_nmi_restart[];

static inline bool idt_nmi_leaves(uint64_t rip)
{
	return rip >= (uint64_t)idt_nmi_leave && rip < (uint64_t)idt_nmi_leave_end;
}

/* ---- nmi.c, for entry code ---- */

struct trap_frame *idt_nmi_arrived(struct trap_frame *frame, uint32_t swapped);
void idt_nmi_from_user(struct trap_frame *frame);
void idt_nmi_run(struct trap_frame *frame);

/* ---- syscall.S ---- */

extern const uint8_t idt_syscall[], idt_syscall_end[];
extern const uint8_t idt_syscall32[], idt_syscall32_on_stack[];

/* Where it has got off ring 3's RSP, and is back on it */
extern const uint8_t idt_syscall_on_stack[], idt_syscall_off_stack[];

/* ---- syscall.c, for entry code ---- */

bool idt_syscall_event(struct trap_frame *frame); /* true: SYSRET can restore the frame */
void idt_syscall32_event(struct trap_frame *frame);

/* ---- espfix.c ---- */

/* The stack from which IRET returns to a 16-bit SS; once. */
void idt_espfix_init(void);

#endif
