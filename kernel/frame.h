/* SPDX-License-Identifier: MIT */
/*
 * One frame for both deliveries: what a C handler is given. FRED's CPU pushes the
 * last 64 bytes; under IDT the entry code fills the same words (design, section 4).
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "layout.h"

struct trap_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uint64_t where; /* address of the frame that the CPU pushed: its error-code word */
	/*
	 * FRED's frame (reference 3). FRED: the CPU pushed all eight words. IDT: it pushed SS's
	 * selector, rsp, rflags, cs, rip, and error for VECTORS_WITH_ERROR; entry code moved them
	 * here and made the rest. SYSCALL under the IDT: it pushed nothing; rip was in RCX, rflags
	 * in R11, rsp still in RSP.
	 */
	uint64_t error; /* 0: the event has none */
	uint64_t rip;
	uint64_t cs; /* 15:0 selector, 17:16 stack level before the event */
	uint64_t rflags;
	uint64_t rsp;
	uint64_t ss;   /* 15:0 selector, then enum frame_ss */
	uint64_t data; /* #PF: address; #DB: conditions; NMI: its sources */
	uint64_t reserved;
};

_Static_assert(offsetof(struct trap_frame, r15) == TF_R15, "layout.h");
_Static_assert(offsetof(struct trap_frame, r8) == TF_R8, "layout.h");
_Static_assert(offsetof(struct trap_frame, rbp) == TF_RBP, "layout.h");
_Static_assert(offsetof(struct trap_frame, rdi) == TF_RDI, "layout.h");
_Static_assert(offsetof(struct trap_frame, rax) == TF_RAX, "layout.h");
_Static_assert(offsetof(struct trap_frame, where) == TF_WHERE, "layout.h");
_Static_assert(offsetof(struct trap_frame, error) == TF_ERROR, "layout.h");
_Static_assert(offsetof(struct trap_frame, rip) == TF_RIP, "layout.h");
_Static_assert(offsetof(struct trap_frame, cs) == TF_CS, "layout.h");
_Static_assert(offsetof(struct trap_frame, rflags) == TF_RFLAGS, "layout.h");
_Static_assert(offsetof(struct trap_frame, rsp) == TF_RSP, "layout.h");
_Static_assert(offsetof(struct trap_frame, ss) == TF_SS, "layout.h");
_Static_assert(offsetof(struct trap_frame, data) == TF_DATA, "layout.h");
_Static_assert(offsetof(struct trap_frame, reserved) == TF_RESERVED, "layout.h");
_Static_assert(sizeof(struct trap_frame) == TF_SIZE, "layout.h");

/*
 * Upper parts of the SS word (reference 3). An enum and no macros, so that a debugger knows the
 * names; gcc and clang both give it 64 bits.
 */
enum frame_ss {
	FRAME_SS_STI = 1 << 16,	 /* delivered in the shadow of STI */
	FRAME_SS_SOFT = 1 << 17, /* SYSCALL, SYSENTER, INT n */
	FRAME_SS_NMI = 1 << 18,	 /* the return from it unblocks NMIs */
	FRAME_SS_VECTOR_SHIFT = 32,
	FRAME_SS_TYPE_SHIFT = 48,
	FRAME_SS_LONG = 1ull << 57,   /* came from 64-bit code */
	FRAME_SS_NESTED = 1ull << 58, /* met while another event was being delivered */
	FRAME_SS_LENGTH_SHIFT = 60
};

/* Event types (reference 2) */
enum event_type {
	EVENT_INTERRUPT = 0,
	EVENT_NMI = 2,
	EVENT_EXCEPTION = 3,
	EVENT_INT_N = 4,
	EVENT_INT1 = 5,
	EVENT_INT3 = 6, /* and INTO */
	EVENT_OTHER = 7 /* vector 1: SYSCALL, 2: SYSENTER */
};

enum vector {
	VECTOR_DE = 0,
	VECTOR_DB = 1,
	VECTOR_NMI = 2,
	VECTOR_BP = 3,
	VECTOR_OF = 4,
	VECTOR_UD = 6,
	VECTOR_DF = 8,
	VECTOR_TS = 10,
	VECTOR_GP = 13,
	VECTOR_PF = 14,
	VECTOR_MF = 16,
	VECTOR_AC = 17,
	VECTOR_MC = 18,
	VECTOR_CP = 21,
	VECTOR_TIMER = 0x40,
	VECTOR_SYSCALL = 0x80,
	VECTOR_SPURIOUS = 0xff
};

/* #PF error code */
#define PF_PRESENT (1u << 0)
#define PF_WRITE   (1u << 1)
#define PF_USER	   (1u << 2)

/* #DB event data */
#define DB_STEP (1ull << 14)

static inline unsigned frame_type(const struct trap_frame *frame)
{
	return frame->ss >> FRAME_SS_TYPE_SHIFT & 0xf;
}

static inline unsigned frame_vector(const struct trap_frame *frame)
{
	return frame->ss >> FRAME_SS_VECTOR_SHIFT & 0xff;
}

static inline bool frame_from_user(const struct trap_frame *frame)
{
	return (frame->cs & 3) == 3;
}

/*
 * Changes to a frame go through these, so that the trace can tell a frame that
 * was edited from one that was overwritten.
 */
void frame_set_error(struct trap_frame *frame, uint64_t value);
void frame_set_rip(struct trap_frame *frame, uint64_t value);
void frame_set_rflags(struct trap_frame *frame, uint64_t value);
void frame_set_rsp(struct trap_frame *frame, uint64_t value);
void frame_set_ss(struct trap_frame *frame, uint64_t value);
void frame_set_data(struct trap_frame *frame, uint64_t value);

/* The innermost event's frame was changed at this offset of struct trap_frame, on purpose. */
void frame_edited(const struct trap_frame *frame, unsigned offset);

/* "#PF", "NMI", "SYSCALL", "INT 0x80", ... Valid until the next call. */
const char *event_name(const struct trap_frame *frame);

#endif
