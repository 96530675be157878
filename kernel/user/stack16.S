/* SPDX-License-Identifier: MIT */
/* 32-bit code on a 16-bit stack segment: what IRET leaves of the kernel's ESP shows itself here. */
#include "kernel/layout.h"

	.section .bss, "aw", @nobits
	.balign	8
rsp_of_64:
	.skip	8

/*
 * To compatibility mode by a far return, SS by MOV, ESP = EDI; and back by a far jump. 32-bit code
 * may lose the upper halves of all registers: those that C wants back lie on the stack, and RSP
 * itself in memory.
 *
 *	+64  return address	<- RSP at the function's entry
 *	+16  rbx, rbp, r12, r13, r14, r15	<- rsp_of_64
 *	+8   SEL_USER_CODE32
 *	+0   1f			<- RSP at LRETQ
 */
.macro ENTER_16
	.irp	reg, rbx, rbp, r12, r13, r14, r15
	push	%\reg
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %\reg, 0
	.endr
	mov	%rsp, rsp_of_64(%rip)
	push	$SEL_USER_CODE32
	push	$1f
	lretq
	.code32
1:	mov	$SEL_USER_STACK16, %ecx
	mov	%ecx, %ss		/* and no interrupt before ESP fits it */
	mov	%edi, %esp
.endm

.macro LEAVE_16
	mov	$SEL_USER_DATA, %ecx
	mov	%ecx, %ss
	ljmp	$SEL_USER_CODE, $2f
	.code64
2:	mov	rsp_of_64(%rip), %rsp
	.irp	reg, r15, r14, r13, r12, rbp, rbx
	pop	%\reg
	.cfi_adjust_cfa_offset -8
	.cfi_restore %\reg
	.endr
	ret
.endm

	.text
/*
 * void call_from_16(uint32_t esp, uint32_t number, uint32_t tell): INT 0x80 with that number; then
 * `tell` (0: none) with ESP before and after it as arguments, and ESP as it is.
 */
	.globl	call_from_16
	.type	call_from_16, @function
call_from_16:
	.cfi_startproc
	mov	%esi, %eax
	ENTER_16
	int	$0x80
	mov	%esp, %esi
	mov	%edx, %eax
	test	%eax, %eax
	jz	3f
	int	$0x80
3:	LEAVE_16
	.cfi_endproc
	.size	call_from_16, . - call_from_16

/*
 * uint32_t wait_in_16(uint32_t esp, uint32_t looks, uint32_t tell): look at ESP so often, while
 * what comes comes; `tell` as above, once, if it has changed, or at the end. Its result.
 */
	.globl	wait_in_16
	.type	wait_in_16, @function
wait_in_16:
	.cfi_startproc
	mov	%edx, %eax
	ENTER_16
4:	cmp	%edi, %esp
	jne	5f
	dec	%esi
	jnz	4b
5:	mov	%esp, %esi
	int	$0x80
	LEAVE_16
	.cfi_endproc
	.size	wait_in_16, . - wait_in_16
	.section .note.GNU-stack, "", @progbits
