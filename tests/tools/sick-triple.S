/* SPDX-License-Identifier: MIT */
/* Triple fault: no IDT. Has a trace ring, whose first bytes tell that the right memory was saved. */
#include "multiboot.inc"
	lidt nothing
	.globl fall
	.type fall, @function
fall:	ud2
nothing:
	.word 0
	.long 0

	.data
	.align 4096
	.globl trace_rings
	.type trace_rings, @object
	.size trace_rings, 8192
trace_rings:
	.ascii "RING"
	.skip 8188
