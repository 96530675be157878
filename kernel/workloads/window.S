/* SPDX-License-Identifier: MIT */
/* The window between SYSCALL and SWAPGS, held open: provoke.h, struct window. */
#include "window.h"

	.text
/* All registers are ring 3's, the stack too, and GS: nothing but `window` may be touched. */
.macro WINDOW name
	.globl	\name
	.type	\name, @function
\name:
	.cfi_startproc
	.cfi_undefined %rip
	mov	%rax, window + WINDOW_RAX(%rip)
	mov	%rbx, window + WINDOW_RBX(%rip)
	mov	%rcx, window + WINDOW_RCX(%rip)
	mov	%rdx, window + WINDOW_RDX(%rip)
.endm

.macro WINDOW_END name
	mov	window + WINDOW_RAX(%rip), %rax
	mov	window + WINDOW_RBX(%rip), %rbx
	mov	window + WINDOW_RCX(%rip), %rcx
	mov	window + WINDOW_RDX(%rip), %rdx
	jmp	*window + WINDOW_NEXT(%rip)
	.cfi_endproc
	.size	\name, . - \name
.endm

	WINDOW	window_nmi
	mov	window + WINDOW_LOW(%rip), %eax
	mov	window + WINDOW_MEMORY(%rip), %rbx
	test	%rbx, %rbx
	jz	3f
	mov	%eax, (%rbx)
	jmp	4f
3:	mov	window + WINDOW_MSR(%rip), %ecx
	mov	window + WINDOW_HIGH(%rip), %edx
	wrmsr
4:	mov	$WINDOW_LOOKS, %eax
1:	pause
	cmpl	$0, window + WINDOW_SEEN(%rip)
	jne	2f
	dec	%eax
	jnz	1b
2:
	WINDOW_END window_nmi

	WINDOW	window_machine_check
	mov	$SOFTCPU_INJECT, %eax
	mov	$VECTOR_MACHINE_CHECK, %ebx
	vmmcall
	WINDOW_END window_machine_check

	.bss
	.balign	8
	.globl	window
window:
	.skip	WINDOW_SIZE

	.section .note.GNU-stack, "", @progbits
