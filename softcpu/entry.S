/* SPDX-License-Identifier: MIT */
/* The image's header, the call into it, the switch to its own address space. */
#include "cpu.h"
#include "layout.h"

	.section .head, "ax"
header:		/* struct softcpu_image, at image_start */
	.quad 0x3255504354464f53
	.long softcpu_entry - header
	.long image_end - header

/*
 * int softcpu_entry(const struct softcpu_args *args), at the caller's mapping.
 *
 *	+0x30  return address
 *	+0x00  RBP RBX R12 R13 R14 R15, the caller's	<- RSP of the guest at `resume`
 *
 * The guest begins at `resume` with RAX = SOFTCPU_OK. On an error nothing changed and
 * the same lines return the error.
 */
	.global softcpu_entry
softcpu_entry:
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rdi, %rbx
	cld
	lea	bss_start(%rip), %rdi
	lea	image_end(%rip), %rcx
	sub	%rdi, %rcx
	xor	%eax, %eax
	rep stosb
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	mov	%rax, cpu0+CPU_EXIT_TSC(%rip)
	mov	%rbx, %rdi
	lea	resume(%rip), %rsi
	mov	%rsp, %rdx
	mov	%rsp, %rbp
	and	$~15, %rsp	/* the caller may come from assembly */
	call	prepare
	mov	%rbp, %rsp
resume:
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret

	.text
/*
 * void switch_to_image(uint64_t switch_cr3, uint64_t own_cr3): does not return.
 * With switch_cr3 this code is mapped twice: where it runs and where it will run.
 */
	.global switch_to_image
switch_to_image:
	mov	%rdi, %cr3
	movabs	$1f, %rax
	jmp	*%rax
1:	mov	%rsi, %cr3
	lea	stack_top(%rip), %rsp
	lgdt	own_gdtr(%rip)
	pushq	$SELECTOR_CODE
	lea	2f(%rip), %rax
	push	%rax
	lretq
2:	mov	$SELECTOR_DATA, %eax
	mov	%eax, %ss
	mov	%eax, %ds
	mov	%eax, %es
	call	installed
	ud2

	.section .rodata
own_gdtr:
	.word	23
	.quad	gdt

	.text
/* bool probe_erets(void): 1 = it ran, 0 = #UD. probe_undefined is that #UD's handler. */
	.global probe_erets, probe_undefined
probe_erets:
	mov	$1, %eax
	.byte	0xf2, 0x0f, 0x01, 0xca
	ret
probe_undefined:
	xor	%eax, %eax
	addq	$4, (%rsp)	/* RIP, above it CS RFLAGS RSP SS */
	iretq

	.section .bss.stack, "aw", @nobits
	.balign	4096
	.skip	16384 + 2048	/* so that its upper end shares a page with cpu0 */
stack_top:
	.section .note.GNU-stack, "", @progbits
