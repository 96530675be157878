/* SPDX-License-Identifier: MIT */
/* How an NMI or an interrupt of the machine's comes in: at a moment of softcpu's choice, or by
 * the gates of native.c. */
#include "layout.h"

	.text
/*
 * The doors. An intercepted NMI or interrupt stays pending in the machine until GIF is
 * set: open for a moment, and the stub below notes what came.
 */
	.global take_nmi, take_interrupt
take_nmi:
	stgi			/* IF stays clear: an NMI only */
	nop
	clgi
	ret

take_interrupt:
	movl	$-1, interrupt_latch(%rip)
	movb	$1, door_open(%rip)
	stgi
	sti
	nop			/* STI holds interrupts back until here */
	cli
	clgi
	movb	$0, door_open(%rip)
	mov	interrupt_latch(%rip), %eax
	ret

/* After an NMI that was delivered without an intercept (native.c): the machine holds back
 * further ones until an IRET, and softcpu needs none held back. */
	.global end_nmi
end_nmi:
	mov	%rsp, %rax
	pushq	$SELECTOR_DATA
	push	%rax
	pushfq
	pushq	$SELECTOR_CODE
	lea	1f(%rip), %rcx
	push	%rcx
	iretq
1:	ret

/* Where the gates of native.c lead, in the guest: the vector, then an exit */
	.section .text.stubs, "ax"
	.balign 16
	.global native_stubs, native_vmmcall
native_stubs:
	.set	vector, 0
	.rept	256
	.balign	16
	push	$vector - 128	/* as a signed byte */
	jmp	native_vmmcall
	.set	vector, vector + 1
	.endr
native_vmmcall:
	vmmcall
	.text

/* 256 stubs of 16 bytes. No error code is expected: with the door open there is none,
 * and with the door shut nothing comes but softcpu's own mistakes. */
	.section .text.stubs, "ax"
	.balign 16
	.global interrupt_stubs
interrupt_stubs:
	.set	vector, 0
	.rept	256
	.balign	16
	push	$vector - 128	/* as a signed byte */
	jmp	interrupt_common
	.set	vector, vector + 1
	.endr

/*	+0x18  RFLAGS	(RSP and SS above)
 *	+0x10  CS
 *	+0x08  RIP
 *	+0x00  vector - 128	*/
interrupt_common:
	addl	$128, (%rsp)
	cmpl	$2, (%rsp)
	je	1f
	cmpl	$1, (%rsp)
	je	3f
	cmpb	$0, door_open(%rip)
	je	2f
	push	%rax
	mov	8(%rsp), %eax
	mov	%eax, interrupt_latch(%rip)
	pop	%rax
	andq	$~0x200, 0x18(%rsp)	/* one is enough: come back with IF clear */
	add	$8, %rsp
	iretq
1:	movb	$1, nmi_latch(%rip)
	add	$8, %rsp
	iretq
	/* #DB: the guest has a breakpoint at this address, and QEMU honours it here too: set RF */
3:	orl	$0x10000, 0x18(%rsp)
	add	$8, %rsp
	iretq
2:	mov	%rsp, %rdi
	mov	%cr2, %rsi
	call	internal_fault
	ud2

	.bss
	.global nmi_latch
nmi_latch:
	.skip	1
door_open:
	.skip	1
	.balign	4
interrupt_latch:
	.skip	4
	.section .note.GNU-stack, "", @progbits
