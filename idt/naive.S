/* SPDX-License-Identifier: MIT */
/*
 * IDT entry as a first kernel does it (idt=naive): correct on a quiet day. It trusts
 * the CS to say whose GS is loaded, stays on the IST, and reads CR2 only in the handler.
 * Compare entry.S, line by line.
 */
#include "kernel/entry.inc"
#include "idt/gs.inc"
#include "stubs.inc"

	.section .entry.text, "ax"
	STUBS	idt_naive_stubs, idt_naive_entry

/*
 * At the entry, on an IST for #DB, NMI, #DF, #MC; SHAPE_FRAME makes it a struct trap_frame
 * (stubs.inc).
 *
 *	+0x30  SS				<- CFA just above
 *	+0x28  RSP
 *	+0x20  RFLAGS
 *	+0x18  CS
 *	+0x10  RIP
 *	+0x08  error code	or the stub's 0
 *	+0x00  vector		the stub's	<- RSP
 */
	.type	idt_naive_entry, @function
idt_naive_entry:
	CFI_EVENT 56
	SHAPE_FRAME
	testb	$3, TF_CS(%rsp)
	jz	1f
	swapgs
1:	mov	%rsp, %rdi
	call	idt_event_naive
	testb	$3, TF_CS(%rsp)
	jz	2f
	swapgs
2:	POP_REGS
	POP_WHERE_ERROR
	.globl	idt_naive_iret
idt_naive_iret:
	iretq
	.cfi_endproc
	.size	idt_naive_entry, . - idt_naive_entry
	FIXUP	idt_naive_iret, idt_naive_bad_return

/* A first kernel would be lost here, in ring 0 with ring 3's GS. So that a run goes on: */
idt_naive_bad_return:
	.cfi_startproc
	.cfi_undefined %rip
	SWAPGS_PARANOID
	mov	%gs:CPU_STACK_TOP, %rsp
	call	task_bad_return
	ud2
	.cfi_endproc

	.section .note.GNU-stack, "", @progbits
