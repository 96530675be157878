/* SPDX-License-Identifier: MIT */
/*
 * FRED entry and exit: all of it. The CPU has chosen the stack, pushed the frame and swapped GS;
 * what is left is to save the registers and call C. Lay idt/entry.S beside this.
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
 * At both entries, on a 64-byte boundary (reference 3): what the CPU pushed, and what FRED_ENTER
 * adds to make it a struct trap_frame.
 *
 *	+0x38  reserved		0
 *	+0x30  event data	CR2, DR6, an NMI's sources
 *	+0x28  SS		and: vector, type, length, NMI ...	<- CFA just above
 *	+0x20  RSP
 *	+0x18  RFLAGS
 *	+0x10  CS		and: stack level before
 *	+0x08  RIP
 *	+0x00  error code	0 for events that have none		<- RSP
 *	-0x08  where		address of the error code
 *	-0x80  registers	<- struct trap_frame
 */
.macro FRED_ENTER
	CFI_EVENT 0x30
	push	%rsp
	.cfi_adjust_cfa_offset 8
	PUSH_REGS
	mov	%rsp, %rdi
.endm

/* Back to the frame as the CPU pushed it: ERETS and ERETU pop its error code, too. */
.macro FRED_EXIT
	POP_REGS
	add	$8, %rsp		/* where */
	.cfi_adjust_cfa_offset -8
.endm

	.section .entry.text, "ax"
	.balign	4096
	.globl	fred_entry_page, fred_return_user, fred_eretu, fred_erets
fred_entry_page:
	.type	fred_entry_user, @function
fred_entry_user:			/* +0: from ring 3 */
	FRED_ENTER
	call	fred_event
fred_return_user:			/* a new task starts here */
	FRED_EXIT
fred_eretu:
	ERETU
	.cfi_endproc
	.size	fred_entry_user, . - fred_entry_user
	FIXUP	fred_eretu, fred_bad_return

	.org	fred_entry_page + 256, 0xcc	/* INT3, should anything run into the gap */
	.type	fred_entry_kernel, @function
fred_entry_kernel:			/* +256: from ring 0 */
	FRED_ENTER
	call	fred_event
	FRED_EXIT
fred_erets:
	ERETS
	.cfi_endproc
	.size	fred_entry_kernel, . - fred_entry_kernel

/* ERETU refused the frame: a #GP in ring 0, whose handler came here. Nothing on the stack is needed
 * any more; GS is the kernel's. */
fred_bad_return:
	.cfi_startproc
	.cfi_undefined %rip
	mov	%gs:CPU_STACK_TOP, %rsp
	call	task_bad_return
	ud2
	.cfi_endproc

	.section .note.GNU-stack, "", @progbits
