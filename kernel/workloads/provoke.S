/* SPDX-License-Identifier: MIT */
/* Events at an instruction with a name, so that a workload knows their RIP. */
	.text

/* void fault_on_stack(volatile uint64_t *address, uint64_t rsp): write there, with this RSP */
	.globl	fault_on_stack, fault_on_stack_rip
	.type	fault_on_stack, @function
fault_on_stack:
	.cfi_startproc
	mov	%rsp, %rax
	.cfi_def_cfa_register %rax
	mov	%rsi, %rsp
fault_on_stack_rip:
	movq	$1, (%rdi)
	mov	%rax, %rsp
	.cfi_def_cfa_register %rsp
	ret
	.cfi_endproc
	.size	fault_on_stack, . - fault_on_stack

/* void step_over_write(volatile uint32_t *address, uint32_t value): #DB right behind the write */
	.globl	step_over_write, step_over_write_rip
	.type	step_over_write, @function
step_over_write:
	.cfi_startproc
	pushfq
	.cfi_adjust_cfa_offset 8
	orl	$0x100, (%rsp)
	popfq				/* TF traps from the next instruction on */
	.cfi_adjust_cfa_offset -8
	mov	%esi, (%rdi)
step_over_write_rip:
	ret
	.cfi_endproc
	.size	step_over_write, . - step_over_write

	.section .note.GNU-stack, "", @progbits
