/* SPDX-License-Identifier: MIT */
/* Writes 20,000 bytes to COM2, with the line status polled, and ends. */
#include "multiboot.inc"
	mov $20000, %ecx
1:	mov $0x2fd, %edx
2:	in %dx, %al
	test $0x20, %al
	jz 2b
	mov $0x2f8, %edx
	mov %cl, %al
	out %al, %dx
	loop 1b
	leave 0
