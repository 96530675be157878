/* SPDX-License-Identifier: MIT */
/*
 * IDT entry and exit of most events, as a production kernel must write it (idt=careful). What
 * needs more is in paranoid.S, nmi.S and syscall.S. Lay fred/entry.S beside all four: it is all
 * that FRED has.
 */
#include "kernel/entry.inc"
#include "stubs.inc"

	.section .entry.text, "ax"

/*
 * At the entry; SHAPE_FRAME makes it a struct trap_frame (stubs.inc).
 *
 *	+0x30  SS				<- CFA just above
 *	+0x28  RSP
 *	+0x20  RFLAGS
 *	+0x18  CS
 *	+0x10  RIP
 *	+0x08  error code	or the stub's 0
 *	+0x00  vector		the stub's	<- RSP
 */
	STUBS	idt_stubs, idt_entry
	.type	idt_entry, @function
idt_entry:
	CFI_EVENT 56
	SHAPE_FRAME
	mov	%rsp, %rdi
	testb	$3, TF_CS(%rsp)
	jz	1f
	swapgs
	call	idt_event
	.globl	idt_return_user
idt_return_user:			/* a new task starts here */
	cmpw	$SEL_USER_STACK16, TF_SS(%rsp)
	je	idt_return_espfix
	swapgs
	.cfi_remember_state
	POP_REGS
	POP_WHERE_ERROR
	.globl	idt_iret_user
idt_iret_user:				/* ring 0 with ring 3's GS until here */
	iretq
	.cfi_restore_state
1:	/* In ring 0 GS is the kernel's, unless it was that IRET itself that faulted */
	lea	idt_iret_user(%rip), %rax
	cmp	%rax, TF_RIP(%rsp)
	jne	2f
	swapgs
2:	call	idt_event
	POP_REGS
	POP_WHERE_ERROR
	iretq
	.cfi_endproc
	.size	idt_entry, . - idt_entry
	FIXUP	idt_iret_user, idt_bad_return

/*
 * IRET to a 16-bit SS restores only SP; bits 31:16 of ESP keep the kernel's value and leak to ring
 * 3 (reference 6.5). So return from a stack whose address has ring 3's bits 31:16: the ESPFIX
 * stack is mapped at every 64 KiB of 4 GiB.
 *
 *	+0x20  SS				<- CFA just above
 *	+0x18  RSP
 *	+0x10  RFLAGS
 *	+0x08  CS
 *	+0x00  RIP		at CPU_ESPFIX	<- RSP: the same at CPU_ESPFIX_RSP
 */
	.type	idt_return_espfix, @function
idt_return_espfix:
	CFI_EVENT_FRAME
	mov	%gs:CPU_ESPFIX, %rdi
	mov	%rdi, %rax		/* its bits 31:16 are 0 */
	lea	TF_RIP(%rsp), %rsi
	mov	$5, %ecx
	rep movsq
	mov	TF_RSP(%rsp), %ecx
	and	$0xffff0000, %ecx
	or	%rcx, %rax
	mov	%rax, %gs:CPU_ESPFIX_RSP
	POP_REGS
	mov	%gs:CPU_ESPFIX_RSP, %rsp
	.cfi_def_cfa %rsp, 40
	swapgs
	jmp	idt_iret_user
	.cfi_endproc
	.size	idt_return_espfix, . - idt_return_espfix

/* IRET refused the frame of ring 3: a fault in ring 0, whose handler came here. Nothing on the stack
 * is needed any more. */
idt_bad_return:
	.cfi_startproc
	.cfi_undefined %rip
	mov	%gs:CPU_STACK_TOP, %rsp
	call	task_bad_return
	ud2
	.cfi_endproc

	.section .note.GNU-stack, "", @progbits
