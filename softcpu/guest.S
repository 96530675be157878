/* SPDX-License-Identifier: MIT */
/* The way into the guest and back, and the guests of a few instructions that are softcpu's own. */
#include "cpu.h"
#include "vmcb.h"

	.text
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

/* What calibrate.c runs, eleven instructions: MOV from CR4; then the clock twice in a row (R8, R9), an exit,
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
	.section .note.GNU-stack, "", @progbits
