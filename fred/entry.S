/* SPDX-License-Identifier: MIT */
/*
 * FRED entry and exit: all of it. The CPU has chosen the stack, pushed the frame
 * and swapped GS; what is left is to save the registers and call C. Lay
 * idt/entry.S beside this.
 */
#include "kernel/entry.inc"

/* Assemblers know these mnemonics only since binutils 2.41. */
.macro ERETS
	.byte	0xf2, 0x0f, 0x01, 0xca
.endm
.macro ERETU
	.byte	0xf3, 0x0f, 0x01, 0xca
.endm

/*
 * At both entries, 64-byte aligned (reference 3):
 *
 *	+0x38  reserved
 *	+0x30  event data
 *	+0x28  SS, and: vector, type, length, NMI ...	<- CFA just above
 *	+0x20  RSP
 *	+0x18  RFLAGS
 *	+0x10  CS, and: stack level before
 *	+0x08  RIP
 *	+0x00  error code				<- RSP
 *
 * After `push %rsp` (where the frame lies) and PUSH_REGS it is a struct trap_frame.
 */
	.section .entry.text, "ax"
	.balign	4096
	.globl	fred_entry_page
fred_entry_page:
	.type	fred_entry_user, @function
fred_entry_user:			/* +0: from ring 3 */
	CFI_EVENT 0x30
	push	%rsp
	.cfi_adjust_cfa_offset 8
	PUSH_REGS
	mov	%rsp, %rdi
	call	fred_event
	.globl	fred_return_user
fred_return_user:			/* a new task starts here */
	POP_REGS
	add	$8, %rsp
	.cfi_adjust_cfa_offset -8
	.globl	fred_eretu
fred_eretu:
	ERETU
	.cfi_endproc
	.size	fred_entry_user, . - fred_entry_user
	FIXUP	fred_eretu, fred_bad_return

	.org	fred_entry_page + 256
	.type	fred_entry_kernel, @function
fred_entry_kernel:			/* +256: from ring 0 */
	CFI_EVENT 0x30
	push	%rsp
	.cfi_adjust_cfa_offset 8
	PUSH_REGS
	mov	%rsp, %rdi
	call	fred_event
	POP_REGS
	add	$8, %rsp
	.cfi_adjust_cfa_offset -8
	.globl	fred_erets
fred_erets:
	ERETS
	.cfi_endproc
	.size	fred_entry_kernel, . - fred_entry_kernel

/* ERETU refused the frame: a #GP in ring 0, whose handler came here. GS is the kernel's. */
fred_bad_return:
	.cfi_startproc
	.cfi_undefined %rip
	mov	%gs:CPU_STACK_TOP, %rsp
	call	task_bad_return
	ud2
	.cfi_endproc

	.section .note.GNU-stack, "", @progbits
