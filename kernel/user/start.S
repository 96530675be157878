/* SPDX-License-Identifier: MIT */
/* The first instruction in ring 3: RDI = program number (programs.h). */
	.text
	.globl	_start
	.type	_start, @function
_start:
	.cfi_startproc
	.cfi_undefined %rip
	xor	%ebp, %ebp
	call	user_main
	ud2
	.cfi_endproc
	.size	_start, . - _start
	.section .note.GNU-stack, "", @progbits
