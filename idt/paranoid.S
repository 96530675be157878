/* SPDX-License-Identifier: MIT */
/*
 * #DB, #DF, #MC (idt=careful): on an IST, at any instruction of ring 0. FRED has nothing like it:
 * there these events enter and leave as all others do.
 */
#include "kernel/entry.inc"
#include "idt/gs.inc"
#include "stubs.inc"

	.section .entry.text, "ax"

/*
 * Back to ring 0 without IRET, which would unblock NMIs: what was interrupted is an NMI whose
 * frame still lies on IST 2. RFLAGS and RIP are pushed onto the interrupted stack, whose free
 * part begins at its RSP, and popped there.
 *
 *	+0x10					<- the interrupted code's RSP
 *	+0x08  RIP
 *	+0x00  RFLAGS				<- RSP
 */
	.type	idt_return_blocked, @function
idt_return_blocked:
	CFI_EVENT_FRAME
	mov	TF_RSP(%rsp), %rax
	mov	TF_RIP(%rsp), %rcx
	mov	%rcx, -8(%rax)
	mov	TF_RFLAGS(%rsp), %rcx
	mov	%rcx, -16(%rax)
	sub	$16, %rax
	mov	%rax, TF_RSP(%rsp)
	POP_REGS
	mov	TF_RSP - TF_WHERE(%rsp), %rsp
	.cfi_def_cfa %rsp, 8 - CFA_RIP
	.cfi_escape 0x14, 7, 4		/* RSP is CFA - 32: .cfi_val_offset, which clang 14 lacks */
	popfq
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_endproc
	.size	idt_return_blocked, . - idt_return_blocked

/*
 * At the entry, on the vector's IST; SHAPE_FRAME makes it a struct trap_frame (stubs.inc). C keeps
 * the frames and causes of what was interrupted (dispatch.c, idt_event_paranoid).
 *
 *	+0x30  SS				<- CFA just above
 *	+0x28  RSP		any: also ring 3's, with a CS of ring 0
 *	+0x20  RFLAGS
 *	+0x18  CS
 *	+0x10  RIP
 *	+0x08  error code	or the stub's 0
 *	+0x00  vector		the stub's	<- RSP
 */
.macro PARANOID_ENTRY name
	.balign	16
	.globl	\name
	.type	\name, @function
\name:
	CFI_EVENT 56
	SHAPE_FRAME
	testb	$3, TF_CS(%rsp)
	jnz	idt_from_user_on_ist
	SWAPGS_PARANOID
	mov	%rsp, %rdi
	call	idt_event_paranoid	/* AL: return without unblocking NMIs */
	test	%ebx, %ebx
	jz	2f
	swapgs
2:	test	%al, %al
	jnz	idt_return_blocked
	POP_REGS
	POP_WHERE_ERROR
	iretq
	.cfi_endproc
	.size	\name, . - \name
.endm

	PARANOID_ENTRY idt_entry_debug
	PARANOID_ENTRY idt_entry_double_fault
	PARANOID_ENTRY idt_entry_machine_check
	OWN_STUB idt_stub_debug, 1, idt_entry_debug
	OWN_STUB idt_stub_double_fault, 8, idt_entry_double_fault
	OWN_STUB idt_stub_machine_check, 18, idt_entry_machine_check

/* From ring 3, with a struct trap_frame on the IST: GS is ring 3's, and the task's stack is free. */
	.type	idt_from_user_on_ist, @function
idt_from_user_on_ist:
	CFI_EVENT_FRAME
	swapgs
	MOVE_TO_TASK_STACK
	mov	%rsp, %rdi
	call	idt_event_paranoid_user
	jmp	idt_return_user
	.cfi_endproc
	.size	idt_from_user_on_ist, . - idt_from_user_on_ist

	.section .note.GNU-stack, "", @progbits
