/* SPDX-License-Identifier: MIT */
/* Prints the options that came by fw_cfg (opt/fredlab/cmdline), ends with 0; 1: none came. */
#include "multiboot.inc"
#define FW_SELECT 0x510
#define FW_DIR	  0x19

	mov $FW_SELECT, %edx
	mov $FW_DIR, %ax
	out %ax, %dx
	inc %edx			/* the data port */
	call read_long			/* how many files there are */
	mov %eax, %ecx
next:	call read_long			/* a file: size, selector, 0, name */
	mov %eax, %ebp
	call read_long
	mov %eax, %ebx
	shr $16, %ebx
	mov $name, %edi
	push %ecx
	mov $56, %ecx
	cld
	rep insb
	mov $name, %edi
	mov $wanted, %esi
	mov $wanted_end - wanted, %ecx
	repe cmpsb
	pop %ecx
	je found
	loop next
	leave 1
found:	dec %edx
	mov %bx, %ax
	out %ax, %dx
1:	mov $FW_SELECT + 1, %edx
	in %dx, %al
	mov $0x3f8, %edx
	out %al, %dx
	dec %ebp
	jnz 1b
	leave 0

read_long:				/* big-endian, into %eax */
	push %ecx
	mov $4, %ecx
1:	shl $8, %eax
	in %dx, %al
	loop 1b
	pop %ecx
	ret

	.section .rodata
wanted:	.asciz "opt/fredlab/cmdline"
wanted_end:
	.bss
name:	.skip 56
