/* SPDX-License-Identifier: MIT */
/* Spins with interrupts off. */
#include "multiboot.inc"
	say "round and round\n"
	cli
	.globl spin
	.type spin, @function
spin:	jmp spin
