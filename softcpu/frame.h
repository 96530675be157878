/* SPDX-License-Identifier: MIT */
/*
 * The 64 bytes that FRED delivery pushes and that ERETS and ERETU pop (section 3). May use nothing.
 * tests/conformance/frame.h and tests/softcpu/guest.h have this layout again, on purpose: a test
 * that took it from here could not find it wrong.
 */
#ifndef SOFTCPU_FRAME_H
#define SOFTCPU_FRAME_H

#include <stdint.h>

struct frame {
	uint64_t error, rip, cs, rflags, rsp, ss, data, zero;
};

#define FRAME_SIZE 64

#define CS_LEVEL 16 /* the old stack level, two bits from here */

#define SS_STI	    (1ull << 16)
#define SS_SOFTWARE (1ull << 17)
#define SS_NMI	    (1ull << 18)
#define SS_VECTOR   32
#define SS_TYPE	    48
#define SS_LONG	    (1ull << 57)
#define SS_NESTED   (1ull << 58)
#define SS_LENGTH   60

#endif
