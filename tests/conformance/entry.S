/* SPDX-License-Identifier: MIT */
/*
 * Every event of the suite arrives here, under both deliveries, in the same shape:
 *
 *	+0xc8  data, zero			FRED only
 *	+0xc0  SS		} the frame: FRED's 64 bytes, or what an IDT gate pushes;
 *	 ...			} the first six words are in the same order
 *	+0x90  error code	}
 *	+0x88  where: offset in FRED's entry page, or the IDT vector
 *	+0x10  RAX RCX RDX RBX RBP RSI RDI R8 ... R15	(R15 lowest)
 *	+0x08  RFLAGS as they were on entry
 *	+0x00  CR2			<- RSP, struct arrival
 */
#include "frame.h"

.macro save_all
	push	%rax
	push	%rcx
	push	%rdx
	push	%rbx
	push	%rbp
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	pushfq
	mov	%cr2, %rax
	push	%rax
	cld
.endm

.macro restore_general
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rdi
	pop	%rsi
	pop	%rbp
	pop	%rbx
	pop	%rdx
	pop	%rcx
	pop	%rax
.endm

	.section .text.entry, "ax"
	.balign	4096
	.globl	fred_entry_page
fred_entry_page:
	push	$0
	jmp	fred_arrival
	.org	fred_entry_page + ENTRY_RING0
	push	$ENTRY_RING0
fred_arrival:
	save_all
	mov	%rsp, %rdi
	mov	$1, %esi
	call	event_arrived		/* returns if the event is to be returned from */
	add	$16, %rsp
	restore_general
	add	$8, %rsp
	testb	$3, 16(%rsp)
	jnz	return_user
	.globl	return_kernel, return_user
return_kernel:
	.byte	0xf2, 0x0f, 0x01, 0xca	/* ERETS */
return_user:
	.byte	0xf3, 0x0f, 0x01, 0xca	/* ERETU */

/* A second entry page, elsewhere: it only tells that it was entered. */
	.balign	4096
	.globl	other_entry_page
other_entry_page:
	push	$0x1000
	jmp	fred_arrival
	.org	other_entry_page + ENTRY_RING0
	push	$0x1000 + ENTRY_RING0
	jmp	fred_arrival

/* IDT delivery, for what must hold while CR4.FRED = 0: 16 bytes a gate */
	.balign	16
	.globl	idt_stubs
idt_stubs:
	.set	vector, 0
	.rept	256
	.balign	16
	.if	vector != 8 && (vector < 10 || vector > 14) && vector != 17
	push	$0
	.endif
	push	$vector
	jmp	idt_arrival
	.set	vector, vector + 1
	.endr
idt_arrival:
	save_all
	mov	%rsp, %rdi
	xor	%esi, %esi
	call	event_arrived
	add	$16, %rsp
	restore_general
	add	$16, %rsp
	iretq

/*
 * Calls that an event can end. Both leave in *context what unwind() needs:
 *
 *	+0x30  return address
 *	+0x00  RBX RBP R12 R13 R14 R15	<- *context
 */
	.text
/* void protected_call(uint64_t *context, void (*f)(uint64_t), uint64_t argument) */
	.globl	protected_call
protected_call:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, (%rdi)
	sub	$8, %rsp
	mov	%rdx, %rdi
	call	*%rsi
	add	$8, %rsp
	jmp	restore_callee_saved

/* void launch(uint64_t *context, struct start *start, bool fred): load the general registers
 * and return to the frame behind them. Comes back only by unwind(). */
	.globl	launch
launch:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, (%rdi)
	mov	%edx, launch_by_fred
	mov	%rsi, %rsp
	restore_general
	lea	8(%rsp), %rsp		/* the word that aligns the frame */
	testl	$1, launch_by_fred
	jz	1f
	testb	$3, 16(%rsp)
	jnz	return_user
	jmp	return_kernel
1:	add	$8, %rsp
	iretq

/* void unwind(uint64_t context): from wherever an event came, back behind that call, with
 * flat segments. NMI blocking, CSL and GS stay as the event left them. */
	.globl	unwind
unwind:
	mov	%rdi, %rsp
	mov	$KERNEL_SS, %eax
	mov	%eax, %ss
	mov	%eax, %ds
	mov	%eax, %es
	push	$KERNEL_CS
	push	$1f
	lretq
1:	pushq	$2
	popfq
restore_callee_saved:
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

/* void unblock_nmis(void): IRET to here ends the blocking under both deliveries */
	.globl	unblock_nmis
unblock_nmis:
	mov	%rsp, %rax
	push	$KERNEL_SS
	push	%rax
	pushq	$2
	push	$KERNEL_CS
	push	$1f
	iretq
1:	ret

	.bss
launch_by_fred:
	.skip	4
	.section .note.GNU-stack, "", @progbits
