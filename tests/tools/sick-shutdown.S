/* SPDX-License-Identifier: MIT */
/* Writes "Shutdown" to port 0x8900, then halts: a kernel on a machine without debug exit. */
#include "multiboot.inc"
	mov $0x8900, %edx
	mov $word, %esi
	mov $8, %ecx
	rep outsb
	say "halted: it is now safe to switch off\n"
	cli
1:	hlt
	jmp 1b
word:	.ascii "Shutdown"
