/* SPDX-License-Identifier: MIT */
/*
 * NMI (idt=careful): on IST 2, at any instruction of ring 0, inside another NMI too. FRED has
 * nothing like it: the return alone unblocks NMIs, and a stack level does not rewind.
 */
#include "kernel/entry.inc"
#include "idt/gs.inc"
#include "stubs.inc"

	.section .entry.text, "ax"

	OWN_STUB idt_stub_nmi, 2, idt_entry_nmi

/*
 * Any IRET inside the handler unblocks NMIs (reference 6.4), and the next one would
 * rewind IST 2 onto this frame (6.2). So: copy the frame off the IST before anything
 * can fault; note an NMI that comes while one runs, and run it afterwards.
 *
 *	IST 2				the stack of the copies
 *	+0x30  SS						<- CFA just above
 *	+0x28  RSP
 *	+0x20  RFLAGS
 *	+0x18  CS
 *	+0x10  RIP
 *	+0x08  0
 *	+0x00  2	<- RSP at entry
 *	-0x88  struct trap_frame   ->	struct trap_frame	<- RSP from idt_nmi_again on
 *
 * (From ring 3 the copy lies on the task's stack.)
 *
 * From idt_nmi_leave to its IRET the flag no longer protects the frame in use. Whatever lands
 * there, an NMI, a #DB or a #MC (nmi.c and dispatch.c look at its RIP), sets the flag again
 * and makes us start again at idt_nmi_restart: the registers are still in the frame.
 */
	.type	idt_entry_nmi, @function
idt_entry_nmi:
	CFI_EVENT 56
	SHAPE_FRAME
	testb	$3, TF_CS(%rsp)
	jnz	2f
	SWAPGS_PARANOID
	mov	%rsp, %rdi
	mov	%ebx, %esi
	call	idt_nmi_arrived		/* RAX = the copy to run on, or 0: noted */
	test	%rax, %rax
	jz	3f
	mov	%rax, %rsp
	jmp	idt_nmi_again
2:	swapgs
	MOVE_TO_TASK_STACK
	mov	%rsp, %rdi
	call	idt_nmi_from_user
idt_nmi_again:
	mov	%rsp, %rdi
	call	idt_nmi_run
	.globl	idt_nmi_leave
idt_nmi_leave:
	cmpl	$0, %gs:CPU_NMI_NOTED
	jne	idt_nmi_again
	movl	$0, %gs:CPU_NMI_RUNNING
	testb	$3, TF_CS(%rsp)
	jnz	idt_return_user		/* its frame is on the task's stack: nothing rewinds onto it */
	cmpl	$0, %gs:CPU_NMI_SWAP
	je	4f
	swapgs
4:	.cfi_remember_state
	POP_REGS
	POP_WHERE_ERROR
	.globl	idt_nmi_iret
idt_nmi_iret:
	iretq
	.globl	idt_nmi_leave_end
idt_nmi_leave_end:
	.cfi_restore_state
3:	/* Noted. Back to the handler that it interrupted, off the IST for good */
	test	%ebx, %ebx
	jz	5f
	swapgs
5:	POP_REGS
	POP_WHERE_ERROR
	iretq
	.cfi_endproc
	.size	idt_entry_nmi, . - idt_entry_nmi

	.globl	idt_nmi_restart
	.type	idt_nmi_restart, @function
idt_nmi_restart:
	.cfi_startproc
	.cfi_undefined %rip
	SWAPGS_PARANOID
	mov	%gs:CPU_NMI_FRAME, %rsp
	jmp	idt_nmi_leave
	.cfi_endproc
	.size	idt_nmi_restart, . - idt_nmi_restart

	.section .note.GNU-stack, "", @progbits
