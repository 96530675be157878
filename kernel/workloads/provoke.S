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

.macro SET_TF				/* it traps from the next instruction on */
	pushfq
	.cfi_adjust_cfa_offset 8
	orl	$0x100, (%rsp)
	popfq
	.cfi_adjust_cfa_offset -8
.endm

/* void step_over_store(volatile uint32_t *address, uint32_t value): #DB right behind the store */
	.globl	step_over_store, step_over_store_rip
	.type	step_over_store, @function
step_over_store:
	.cfi_startproc
	SET_TF
	mov	%esi, (%rdi)
step_over_store_rip:
	ret
	.cfi_endproc
	.size	step_over_store, . - step_over_store

/* void store_word(volatile uint64_t *address): a data breakpoint's #DB is right behind the store */
	.globl	store_word, store_word_rip
	.type	store_word, @function
store_word:
	.cfi_startproc
	movq	$1, (%rdi)
store_word_rip:
	ret
	.cfi_endproc
	.size	store_word, . - store_word

/* void step_over_wrmsr(uint32_t msr, uint32_t low, uint32_t high): #DB right behind WRMSR */
	.globl	step_over_wrmsr, step_over_wrmsr_rip
	.type	step_over_wrmsr, @function
step_over_wrmsr:
	.cfi_startproc
	mov	%edi, %ecx
	mov	%esi, %eax
	SET_TF
	wrmsr				/* EDX is the third argument already */
step_over_wrmsr_rip:
	ret
	.cfi_endproc
	.size	step_over_wrmsr, . - step_over_wrmsr

	.section .note.GNU-stack, "", @progbits
