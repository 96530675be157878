/* SPDX-License-Identifier: MIT */
/* Asks the keyboard controller for a reset. */
#include "multiboot.inc"
	mov $0xfe, %al
	out %al, $0x64
1:	hlt
	jmp 1b
