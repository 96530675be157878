/* SPDX-License-Identifier: MIT */
/*
 * IDT entry and exit as a production kernel must write it (idt=careful). Everything
 * that fred/entry.S has no counterpart for is the price of the IDT.
 */
#include "kernel/entry.inc"
#include "stubs.inc"

	.section .entry.text, "ax"

/* From ring 3 on an IST: go on with the same frame on the task's own stack. */
.macro MOVE_TO_TASK_STACK
	mov	%rsp, %rsi
	mov	%gs:CPU_STACK_TOP, %rdi
	sub	$TF_SIZE, %rdi
	mov	%rdi, %rax
	mov	$TF_SIZE / 8, %ecx
	rep movsq
	mov	%rax, %rsp
.endm

/* ---- most vectors ---------------------------------------------------- */

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
 * IRET to a 16-bit SS restores SP and leaves bits 31:16 of ESP as they are here, for ring 3
 * to read (reference 6.5). So they shall be ring 3's own: the ESPFIX stack lies in
 * every 64 KiB of 4 GiB, and IRET pops from where bits 31:16 of RSP are what they were in ring 3.
 *
 *	+32  SS
 *	+24  RSP
 *	+16  RFLAGS
 *	+8   CS
 *	+0   RIP	<- CPU_ESPFIX; CPU_ESPFIX_RSP
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

/* IRET refused the frame of ring 3: a fault in ring 0, whose handler came here. */
idt_bad_return:
	.cfi_startproc
	.cfi_undefined %rip
	mov	%gs:CPU_STACK_TOP, %rsp
	call	task_bad_return
	ud2
	.cfi_endproc

/* ---- #DB, #DF, #MC: on an IST, at any instruction of ring 0 ----------- */

/*
 * Back to ring 0 without IRET, which would unblock NMIs: what was interrupted is an NMI whose
 * frame still lies on IST 2. RFLAGS and RIP are pushed onto the interrupted stack, whose free
 * part begins at its RSP, and popped there.
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

/* C keeps the frames and causes of what was interrupted (dispatch.c, idt_event_paranoid). */
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

/* Vector stubs of their own, since the target differs */
.macro PARANOID_STUB name, vector, error, target
	.balign	16
	.globl	\name
\name:
	.if	\error
	CFI_EVENT 48
	.else
	CFI_EVENT 40
	push	$0
	.cfi_adjust_cfa_offset 8
	.endif
	push	$\vector
	.cfi_adjust_cfa_offset 8
	jmp	\target
	.cfi_endproc
.endm

	PARANOID_ENTRY idt_entry_debug
	PARANOID_ENTRY idt_entry_double_fault
	PARANOID_ENTRY idt_entry_machine_check
	PARANOID_STUB idt_stub_debug, 1, 0, idt_entry_debug
	PARANOID_STUB idt_stub_double_fault, 8, 1, idt_entry_double_fault
	PARANOID_STUB idt_stub_machine_check, 18, 0, idt_entry_machine_check
	PARANOID_STUB idt_stub_nmi, 2, 0, idt_entry_nmi

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

/* ---- NMI -------------------------------------------------------------- */

/*
 * Any IRET inside the handler unblocks NMIs (reference 6.4), and the next one would
 * rewind IST 2 onto this frame (6.2). So: copy the frame off the IST before anything
 * can fault; note an NMI that comes while one runs, and run it afterwards.
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

/* ---- SYSCALL ----------------------------------------------------------- */

/*
 * The CPU switches neither stack nor GS, and has put RIP into RCX and RFLAGS into R11
 * (SDM 2, SYSCALL). RSP is still ring 3's: nothing may be pushed before it is changed.
 * The frame is built by hand, where an event would have put it, below CPU_STACK_TOP:
 *
 *	-0x08  reserved		0
 *	-0x10  event data	0
 *	-0x18  SS		<- CFA just above
 *	-0x20  RSP		from CPU_SCRATCH
 *	-0x28  RFLAGS		R11
 *	-0x30  CS
 *	-0x38  RIP		RCX
 *	-0x40  error code	0
 *	-0x48  where		address of the error code
 *	-0xc0  registers	<- struct trap_frame
 */
	.globl	idt_syscall
	.type	idt_syscall, @function
idt_syscall:
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa %rsp, 0
	.cfi_register %rip, %rcx
	.cfi_undefined %rsp
	swapgs
	mov	%rsp, %gs:CPU_SCRATCH
	mov	%gs:CPU_STACK_TOP, %rsp
	.globl	idt_syscall_on_stack
idt_syscall_on_stack:
	push	$0			/* reserved */
	push	$0			/* event data */
	push	$SEL_USER_DATA
	push	%gs:CPU_SCRATCH		/* RSP */
	push	%r11			/* RFLAGS */
	push	$SEL_USER_CODE
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

	.section .note.GNU-stack, "", @progbits
