/* SPDX-License-Identifier: MIT */
/* The image's header, the call into it, the way into the guest and back. */
#include "cpu.h"
#include "layout.h"
#include "vmcb.h"

	.section .head, "ax"
	.global image_start
image_start:	/* struct softcpu_image */
	.quad 0x3255504354464f53
	.long softcpu_entry - image_start
	.long image_end - image_start

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

/*
 * void svm_run(struct cpu *cpu): one stay in the guest.
 *
 *	+0x38  return address
 *	+0x08  RBP RBX R12 R13 R14 R15, softcpu's
 *	+0x00  cpu			<- RSP at VMRUN and after #VMEXIT
 *
 * The clock stands still for the guest from the first RDTSC to the second. What runs
 * between #VMEXIT and the first and between the second and VMRUN is the same number of
 * instructions every time, both ways round the branch: calibrate.c measures it once.
 */
	.global svm_run
svm_run:
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rdi
	mov	CPU_REG+8*3(%rdi), %rbx
	mov	CPU_REG+8*5(%rdi), %rbp
	mov	CPU_REG+8*8(%rdi), %r8
	mov	CPU_REG+8*9(%rdi), %r9
	mov	CPU_REG+8*10(%rdi), %r10
	mov	CPU_REG+8*11(%rdi), %r11
	mov	CPU_REG+8*12(%rdi), %r12
	mov	CPU_REG+8*13(%rdi), %r13
	mov	CPU_REG+8*14(%rdi), %r14
	mov	CPU_REG+8*15(%rdi), %r15
	mov	CPU_VMCB(%rdi), %rsi
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	sub	CPU_EXIT_TSC(%rdi), %rax
	add	CPU_HIDDEN_COST(%rdi), %rax
	sub	%rax, VMCB_TSC_OFFSET(%rsi)
	mov	CPU_VMCB_PHYS(%rdi), %rax
	cmpb	$0, CPU_SHADOW(%rdi)
	mov	CPU_REG+8*1(%rdi), %rcx
	mov	CPU_REG+8*2(%rdi), %rdx
	mov	CPU_REG+8*6(%rdi), %rsi
	mov	CPU_REG+8*7(%rdi), %rdi
	jne	1f
	nop
	.global at_vmrun, at_vmrun_shadow, at_vmexit	/* for debuggers */
at_vmrun:
	vmrun	%rax
	jmp	at_vmexit
	/* QEMU takes the interrupt shadow not from the VMCB but from the instruction before;
	 * GIF is clear, so nothing comes in here */
1:	sti
at_vmrun_shadow:
	vmrun	%rax
	jmp	at_vmexit
at_vmexit:
	xchg	%rdi, (%rsp)
	mov	%rdx, CPU_REG+8*2(%rdi)
	rdtsc
	cli
	shl	$32, %rdx
	or	%rdx, %rax
	mov	%rax, CPU_EXIT_TSC(%rdi)
	mov	%rcx, CPU_REG+8*1(%rdi)
	mov	%rbx, CPU_REG+8*3(%rdi)
	mov	%rbp, CPU_REG+8*5(%rdi)
	mov	%rsi, CPU_REG+8*6(%rdi)
	mov	%r8, CPU_REG+8*8(%rdi)
	mov	%r9, CPU_REG+8*9(%rdi)
	mov	%r10, CPU_REG+8*10(%rdi)
	mov	%r11, CPU_REG+8*11(%rdi)
	mov	%r12, CPU_REG+8*12(%rdi)
	mov	%r13, CPU_REG+8*13(%rdi)
	mov	%r14, CPU_REG+8*14(%rdi)
	mov	%r15, CPU_REG+8*15(%rdi)
	pop	CPU_REG+8*7(%rdi)
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret

/* What calibrate.c runs: MOV from CR4; then the clock twice in a row (R8, R9), an exit,
 * and the clock again (R10). R11: where to go on. */
	.global calibration_guest
calibration_guest:
	mov	%cr4, %rax
	vmmcall
	lea	1f(%rip), %r11
1:	rdtsc
	mov	%eax, %r8d
	rdtsc
	mov	%eax, %r9d
	vmmcall
	rdtsc
	mov	%eax, %r10d
	vmmcall

/* What own_guest.c runs to change DR7: QEMU's breakpoints follow the instruction only. */
	.global dr7_guest
dr7_guest:
	mov	%rax, %dr7
	vmmcall
/* What calibrate.c tries: is CR4.FRED refused before the intercept is asked? */
	.global cr4_guest
cr4_guest:
	mov	%rax, %cr4
	vmmcall
/* and what msr.c runs for WRMSRNS: if it is #GP, then as the guest */
	.global wrmsr_guest
wrmsr_guest:
	wrmsr
	vmmcall

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
	/* #DB: the guest has a breakpoint at this address, and QEMU minds it here too. RF */
3:	orl	$0x10000, 0x18(%rsp)
	add	$8, %rsp
	iretq
2:	mov	%rsp, %rdi
	mov	%cr2, %rsi
	call	internal_fault
	ud2

	.section .bss.stack, "aw", @nobits
	.balign	4096
	.skip	16384 + 2048	/* so that its upper end shares a page with cpu0 */
stack_top:

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
