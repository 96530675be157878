/* SPDX-License-Identifier: MIT */
/* 32-bit code on a 16-bit stack segment: what IRET leaves of the kernel's ESP shows itself here. */
#include "../layout.h"

	.section .bss, "aw", @nobits
	.balign	8
rsp_of_64:
	.skip	8

/*
 * uint32_t esp_after(uint32_t number, uint32_t esp, uint32_t tell)
 *
 * To compatibility mode by a far return, SS by MOV, INT 0x80 with ESP as given, and back by a far
 * jump; returns ESP as the kernel left it. tell: a system call that is told both, from where
 * ESP is still as it is; 0: none. 32-bit code may lose the upper halves of all registers:
 * those that C wants back lie on the stack, and RSP itself in memory.
 *
 *	+64  return address	<- RSP at entry
 *	+16  rbx, rbp, r12, r13, r14, r15	<- rsp_of_64
 *	+8   SEL_USER_CODE32
 *	+0   1f			<- RSP at LRETQ
 */
	.text
	.globl	esp_after
	.type	esp_after, @function
esp_after:
	.cfi_startproc
	.irp	reg, rbx, rbp, r12, r13, r14, r15
	push	%\reg
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %\reg, 0
	.endr
	mov	%rsp, rsp_of_64(%rip)
	mov	%edi, %eax
	mov	%esi, %edi
	push	$SEL_USER_CODE32
	push	$1f
	lretq
	.code32
1:	mov	$SEL_USER_STACK16, %ecx
	mov	%ecx, %ss		/* and no interrupt before ESP fits it */
	mov	%edi, %esp
	int	$0x80
	mov	%esp, %esi
	mov	%edx, %eax
	test	%eax, %eax
	jz	3f
	int	$0x80
3:
	mov	$SEL_USER_DATA, %ecx
	mov	%ecx, %ss
	ljmp	$SEL_USER_CODE, $2f
	.code64
2:	mov	rsp_of_64(%rip), %rsp
	mov	%esi, %eax
	.irp	reg, r15, r14, r13, r12, rbp, rbx
	pop	%\reg
	.cfi_adjust_cfa_offset -8
	.cfi_restore %\reg
	.endr
	ret
	.cfi_endproc
	.size	esp_after, . - esp_after
	.section .note.GNU-stack, "", @progbits
