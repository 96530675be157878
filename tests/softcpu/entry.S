/* SPDX-License-Identifier: MIT */
/* Both deliveries into one handler: void event(struct saved *s, bool user). */

	.macro	SAVE
	push	%rax
	push	%rbx
	push	%rcx
	push	%rdx
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
	.endm

	.macro	RESTORE
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
	pop	%rdx
	pop	%rcx
	pop	%rbx
	pop	%rax
	.endm

	.section .text
	.balign	4096
	.global fred_page
fred_page:
	SAVE
	mov	%rsp, %rdi
	mov	$1, %esi
	call	event
	RESTORE
	.byte	0xf3, 0x0f, 0x01, 0xca	/* ERETU */
	.org	fred_page + 256
	SAVE
	mov	%rsp, %rdi
	xor	%esi, %esi
	call	event
	RESTORE
	.global erets_here
erets_here:
	.byte	0xf2, 0x0f, 0x01, 0xca	/* ERETS */

/* a second entry page that only reads the clock: R8 before, R9 at the entry */
	.balign	4096
	.global clock_page
clock_page:
	.byte	0xf3, 0x0f, 0x01, 0xca
	.org	clock_page + 256
	rdtsc
	mov	%eax, %r9d
	addq	$2, 8(%rsp)
	.byte	0xf2, 0x0f, 0x01, 0xca

/* a third, which needs no stack: the frame may lie where nothing can be read back */
	.balign	4096
	.global stackless_page, stackless_rsp
stackless_page:
	.org	stackless_page + 256
	mov	stackless_rsp, %rsp
	jmp	*resume_at
stackless_rsp:
	.quad	0

	.balign	4096
	.global bench_page
bench_page:
	.org	bench_page + 256
	addq	$2, 8(%rsp)
	.byte	0xf2, 0x0f, 0x01, 0xca

/*
 * IDT gates. What the CPU pushes has the order of struct frame already, less its last two
 * words; the vector rides in the upper half of the error code.
 *	+0x28 SS  +0x20 RSP  +0x18 RFLAGS  +0x10 CS  +0x08 RIP  +0x00 error, +0x04 vector
 */
	.balign	16
	.global idt_stubs
idt_stubs:
	.set	v, 0
	.rept	256
	.balign	16
	.if	v == 8 || (v >= 10 && v <= 14) || v == 17 || v == 21
	.else
	push	$0
	.endif
	movl	$v, 4(%rsp)
	jmp	idt_common
	.set	v, v + 1
	.endr
idt_common:
	SAVE
	mov	%rsp, %rdi
	mov	$2, %esi
	call	event
	RESTORE
	add	$8, %rsp
	.global idt_return
idt_return:
	iretq

	.global bench_idt_ud
bench_idt_ud:
	addq	$2, (%rsp)
	iretq

	.global idt_clock, idt_clock_ud
idt_clock_ud:
	addq	$2, (%rsp)
	jmp	1f
idt_clock:
	nop
	nop
1:	rdtsc
	mov	%eax, %r9d
	iretq
	.section .note.GNU-stack, "", @progbits
