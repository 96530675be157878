/* SPDX-License-Identifier: MIT */
/* Copies from and to user memory that may fault. */
	.text
/*
 * size_t copy_bytes_user(void *to, const void *from, size_t length)
 * Returns how many bytes were not copied: 0, or what was left when a #PF had no cure.
 */
	.globl	copy_bytes_user
	.type	copy_bytes_user, @function
copy_bytes_user:
	.cfi_startproc
	mov	%rdx, %rcx
1:	rep movsb
2:	mov	%rcx, %rax
	ret
	.cfi_endproc
	.size	copy_bytes_user, . - copy_bytes_user
	.pushsection .fixups, "a"
	.balign	8
	.quad	1b, 2b
	.popsection

	.section .note.GNU-stack, "", @progbits
