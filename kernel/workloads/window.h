/* SPDX-License-Identifier: MIT */
/*
 * The window between SYSCALL and SWAPGS, held open (window.S). Where a handler may send its
 * frame's RIP when SYSCALL's first instruction was interrupted: code that runs in ring 0 with
 * ring 3's registers, stack and GS, as that instruction would. There window_nmi sends an NMI and
 * waits until window.seen, or for a while; window_machine_check has softcpu inject a #MC. Then
 * both go on to window.next.
 */
#ifndef WINDOW_H
#define WINDOW_H

/* struct window, byte offsets */
#define WINDOW_NEXT   0
#define WINDOW_MEMORY 8
#define WINDOW_MSR    16
#define WINDOW_LOW    20
#define WINDOW_HIGH   24
#define WINDOW_RAX    32
#define WINDOW_RBX    40
#define WINDOW_RCX    48
#define WINDOW_RDX    56
#define WINDOW_SEEN   64
#define WINDOW_SIZE   72

#define WINDOW_LOOKS	     1000000
#define SOFTCPU_INJECT	     0x46520004 /* SOFTCPU_HC_INJECT, which is no macro */
#define VECTOR_MACHINE_CHECK 18

#ifndef __ASSEMBLER__
#include <stdint.h>
#include "kernel/apic.h"

struct window {
	const void *next;
	struct apic_order order;
	uint64_t rax, rbx, rcx, rdx; /* of ring 3, while the code runs */
	volatile uint32_t seen;
};
extern struct window window;
extern const char window_nmi[], window_machine_check[];
#endif

#endif
