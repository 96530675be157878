/* SPDX-License-Identifier: MIT */
/*
 * The switch between two tasks' kernel stacks, and the first step of a new kernel
 * thread.
 */
	.text
/*
 * void switch_stacks(uint64_t *save_rsp, uint64_t load_rsp)
 *
 *	+48  return address		<- RSP at entry
 *	+40  rbp
 *	+32  rbx
 *	+24  r12
 *	+16  r13
 *	+8   r14
 *	+0   r15			<- *save_rsp
 */
	.globl	switch_stacks
	.type	switch_stacks, @function
switch_stacks:
	.cfi_startproc
	push	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbp, 0
	push	%rbx
	.cfi_adjust_cfa_offset 8
	push	%r12
	.cfi_adjust_cfa_offset 8
	push	%r13
	.cfi_adjust_cfa_offset 8
	push	%r14
	.cfi_adjust_cfa_offset 8
	push	%r15
	.cfi_adjust_cfa_offset 8
	mov	%rsp, (%rdi)
	mov	%rsi, %rsp
	pop	%r15
	.cfi_adjust_cfa_offset -8
	pop	%r14
	.cfi_adjust_cfa_offset -8
	pop	%r13
	.cfi_adjust_cfa_offset -8
	pop	%r12
	.cfi_adjust_cfa_offset -8
	pop	%rbx
	.cfi_adjust_cfa_offset -8
	pop	%rbp
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_endproc
	.size	switch_stacks, . - switch_stacks

/* A new kernel thread comes out of switch_stacks here, with RBX = what to run, for ever. */
	.globl	start_kernel_task
	.type	start_kernel_task, @function
start_kernel_task:
	.cfi_startproc
	.cfi_undefined %rip
	xor	%ebp, %ebp
	sti
	call	*%rbx
	ud2
	.cfi_endproc
	.size	start_kernel_task, . - start_kernel_task

	.section .note.GNU-stack, "", @progbits
