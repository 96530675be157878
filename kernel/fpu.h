/* SPDX-License-Identifier: MIT */
/*
 * Ring 3's x87, MMX and SSE registers (SDM 1, 10.5). The kernel uses none, so a task switch alone
 * saves and loads them, at once: no #NM, which both deliveries would bring alike. There is no AVX:
 * CR4.OSXSAVE is clear.
 */
#ifndef FPU_H
#define FPU_H

#include <stdint.h>

/* FXSAVE's area */
struct fpu {
	uint16_t control;
	uint16_t others[11];
	uint32_t sse_control; /* MXCSR */
	uint8_t registers[484];
} __attribute__((aligned(16)));

_Static_assert(sizeof(struct fpu) == 512, "SDM 1, table 10-2");
_Static_assert(__builtin_offsetof(struct fpu, sse_control) == 24, "SDM 1, table 10-2");

/* As after a reset, but for the exceptions: all masked. */
#define FPU_CONTROL	0x37f
#define FPU_SSE_CONTROL 0x1f80

static inline void fpu_save(struct fpu *fpu)
{
	asm volatile("fxsave64 %0" : "=m"(*fpu));
}

static inline void fpu_load(const struct fpu *fpu)
{
	asm volatile("fxrstor64 %0" : : "m"(*fpu));
}

#endif
