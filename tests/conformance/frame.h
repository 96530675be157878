/* SPDX-License-Identifier: MIT */
/*
 * FRED's frame and registers, as numbers. Sections are those of the FRED reference. May use
 * nothing: softcpu/frame.h and tests/softcpu/guest.h have the layout again, on purpose, for a test
 * that took it from softcpu could not find it wrong.
 */
#ifndef FRAME_H
#define FRAME_H

#define KERNEL_CS   0x10 /* STAR[47:32]; SS is the one behind it */
#define KERNEL_SS   0x18
#define USER_CS32   0x23 /* STAR[63:48] */
#define USER_SS	    0x2b
#define USER_CS	    0x33
#define TSS_SEL	    0x38
#define LDT_SEL	    0x48
#define ENTRY_RING0 256 /* offset of ring 0's entry point in the entry page */

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* section 3; an IDT gate pushes the first six in the same order */
struct frame {
	uint64_t error, rip, cs, rflags, rsp, ss, data, zero;
};

#define CS_LEVEL    16 /* 17:16 */
#define SS_STI	    (1ull << 16)
#define SS_SOFTWARE (1ull << 17)
#define SS_NMI	    (1ull << 18)
#define SS_VECTOR   32 /* 39:32 */
#define SS_TYPE	    48 /* 51:48 */
#define SS_LONG	    (1ull << 57)
#define SS_NESTED   (1ull << 58)
#define SS_LENGTH   60 /* 63:60 */

/* section 2 */
enum event_type {
	INTERRUPT = 0,
	NMI = 2,
	EXCEPTION = 3,
	SOFTWARE_INTERRUPT = 4,
	PRIVILEGED_SOFTWARE = 5,
	SOFTWARE_EXCEPTION = 6,
	OTHER = 7,
};
#define VECTOR_SYSCALL	1
#define VECTOR_SYSENTER 2

enum vector {
	DE = 0,
	DB = 1,
	BP = 3,
	OF = 4,
	BR = 5,
	UD = 6,
	NM = 7,
	DF = 8,
	TS = 10,
	NP = 11,
	SS = 12,
	GP = 13,
	PF = 14,
	MF = 16,
	AC = 17,
	MC = 18,
	XM = 19,
};

/* section 1 */
#define FRED_RSP(n)  (0x1ccu + (n))
#define FRED_STKLVLS 0x1d0u
#define FRED_SSP(n)  ((n) ? 0x1d0u + (n) : 0x6a4u) /* 0 is IA32_PL0_SSP */
#define FRED_CONFIG  0x1d4u
#define CONFIG_CSL   3ull
#define CONFIG_GAP   6 /* 8:6, in units of 64 bytes */
#define CONFIG_LEVEL 9 /* 10:9 */
#define LEVEL(v, n)  ((uint64_t)(n) << (2 * (v)))
#define CR4_FRED     (1ull << 32)

#define FLAG_CF	   (1ull << 0)
#define FLAG_FIXED (1ull << 1)
#define FLAG_TF	   (1ull << 8)
#define FLAG_IF	   (1ull << 9)
#define FLAG_DF	   (1ull << 10)
#define FLAG_IOPL  (3ull << 12)
#define FLAG_NT	   (1ull << 14)
#define FLAG_RF	   (1ull << 16)
#define FLAG_AC	   (1ull << 18)
/* what both rings may hold, and no event of its own comes of it: CF PF AF ZF SF DF OF ID */
#define FLAGS_HARMLESS 0x200cd5ull

#define DR6_CLEAR 0xffff0ff0ull
#define DR6_BD	  (1ull << 13)
#define DR6_BS	  (1ull << 14)
#endif
#endif
