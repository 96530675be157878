/* SPDX-License-Identifier: MIT */
/* SYSCALL under the IDT, naive or careful: it is no event to the CPU, so software makes it one. */
#include "kernel/entry.inc"

	.section .entry.text, "ax"

/*
 * The CPU switches neither stack nor GS, and has put RIP into RCX and RFLAGS into R11
 * (SDM 2, SYSCALL). RSP is still ring 3's: nothing may be pushed before it is changed.
 * The frame is built by hand, where an event would have put it:
 *
 *	+0x38  reserved		0			<- CPU_STACK_TOP just above
 *	+0x30  event data	0
 *	+0x28  SS		by STAR			<- CFA just above
 *	+0x20  RSP		from CPU_SCRATCH
 *	+0x18  RFLAGS		R11
 *	+0x10  CS		by STAR
 *	+0x08  RIP		RCX
 *	+0x00  error code	0
 *	-0x08  where		address of the error code
 *	-0x80  registers	<- struct trap_frame
 */
.macro SYSCALL_ENTER name, cs
	.globl	\name
	.type	\name, @function
\name:
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa %rsp, 0
	.cfi_register %rip, %rcx
	.cfi_undefined %rsp
	swapgs
	mov	%rsp, %gs:CPU_SCRATCH
	mov	%gs:CPU_STACK_TOP, %rsp
	.globl	\name\()_on_stack
\name\()_on_stack:
	push	$0			/* reserved */
	push	$0			/* event data */
	push	$SEL_USER_DATA
	push	%gs:CPU_SCRATCH		/* RSP */
	push	%r11			/* RFLAGS */
	push	$\cs
	push	%rcx			/* RIP */
	.cfi_def_cfa %rsp, 40
	.cfi_offset %rip, CFA_RIP
	.cfi_offset %rsp, CFA_RSP
	push	$0			/* error code */
	.cfi_adjust_cfa_offset 8
	push	%rsp			/* where */
	.cfi_adjust_cfa_offset 8
	PUSH_REGS
	mov	%rsp, %rdi
.endm

	SYSCALL_ENTER idt_syscall, SEL_USER_CODE
	call	idt_syscall_event	/* AL: SYSRET can restore this frame */
	test	%al, %al
	jz	idt_return_user
	swapgs
	POP_REGS
	POP_WHERE_ERROR
	mov	(%rsp), %rcx		/* RIP */
	.cfi_register %rip, %rcx
	mov	16(%rsp), %r11		/* RFLAGS */
	mov	24(%rsp), %rsp
	.cfi_def_cfa %rsp, 0
	.cfi_same_value %rsp
	.globl	idt_syscall_off_stack
idt_syscall_off_stack:
	sysretq
	.globl	idt_syscall_end
idt_syscall_end:
	.cfi_endproc
	.size	idt_syscall, . - idt_syscall

/*
 * SYSCALL from 32-bit code comes here (IA32_CSTAR), by the same rules: ring 0, on ring 3's stack and
 * with its GS. No such system call exists, but without this entry the CPU would go to whatever
 * CSTAR holds, and fault there with ring 3's stack in ring 0. The frame is the one above, with the
 * other CS; it becomes the #UD that FRED's CPU makes of it.
 */
	SYSCALL_ENTER idt_syscall32, SEL_USER_CODE32
	call	idt_syscall32_event
	jmp	idt_return_user
	.cfi_endproc
	.size	idt_syscall32, . - idt_syscall32

	.section .note.GNU-stack, "", @progbits
