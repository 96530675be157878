/* SPDX-License-Identifier: MIT */
/* What every sick kernel begins with, so that both QEMU (-kernel) and GRUB start it. */
	.section .text.header, "ax"
	.align 8
multiboot1:
	.long 0x1badb002, 0, -0x1badb002
	.align 8
multiboot2:
	.long 0xe85250d6, 0, multiboot2_end - multiboot2
	.long -(0xe85250d6 + multiboot2_end - multiboot2)
	.short 0, 0
	.long 8
multiboot2_end:

	/* say string: to COM1 */
	.macro say string
	.section .rodata
9:	.asciz "\string"
	.text
	mov $9b, %esi
	mov $0x3f8, %edx
8:	lodsb
	test %al, %al
	jz 7f
	out %al, %dx
	jmp 8b
7:
	.endm

	/* leave code: end the run as the real kernel does */
	.macro leave code
	mov $0xf4, %edx
	mov $\code, %al
	out %al, %dx
	.endm

	.text
	.globl _start
_start:
