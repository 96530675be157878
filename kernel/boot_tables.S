/* SPDX-License-Identifier: MIT */
/* What boot.S fills before there is C: the first page tables, and the first stack. */
#include "layout.h"

	.section .bss, "aw", @nobits
	.balign 4096
	.globl	boot_pml4, boot_pdpt, boot_pdpt_high, boot_pd
boot_pml4:
	.skip	4096
boot_pdpt:
	.skip	4096
boot_pdpt_high:
	.skip	4096
boot_pd:
	.skip	4 * 4096
	.globl	boot_stack_guard, boot_stack_top
boot_stack_guard:			/* memory_init() unmaps it */
	.skip	4096
	.skip	STACK_SIZE
boot_stack_top:

	.section .note.GNU-stack, "", @progbits
