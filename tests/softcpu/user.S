/* SPDX-License-Identifier: MIT */
/* Into ring 3 and out of it, and what runs there. HLT ends every piece: #GP leaves. */
	.text
/* void enter_user(rip, cs, rflags, rsp, ss); comes back when the handler calls leave_user() */
	.global enter_user, leave_user, eretu_here
enter_user:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, kernel_rsp
	push	$0
	push	$0
	push	%r8
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	$0
eretu_here:
	.byte	0xf3, 0x0f, 0x01, 0xca
leave_user:
	mov	kernel_rsp, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

	.balign	16
	.global u_syscall, u_syscall_after
u_syscall:
	mov	$0x77, %ecx
	mov	$0x88, %r11d
	syscall
u_syscall_after:
	hlt

	.global u_ints, u_int80_after, u_int14_after, u_int3_after, u_int1_after, u_int3ds_after
u_ints:	int	$0x80
u_int80_after:
	int	$14
u_int14_after:
	int3
u_int3_after:
	.byte	0xf1
u_int1_after:
	.byte	0x3e, 0xcc
u_int3ds_after:
	hlt

	.global u_ud, u_pf, u_int_table, u_spin
u_ud:	ud2
u_pf:	movabs	0x80000000, %eax
	hlt

	/* all 256 INT n: 256 of INT n; NOP; NOP */
u_int_table:
	.set	n, 0
	.rept	256
	.byte	0xcd, n
	.set	n, n + 1
	.endr
	hlt

	/* a step over SYSCALL and INT n: TF is set on entry */
	.global u_steps, u_steps_syscall, u_steps_int, u_steps_end
u_steps:
	nop
	syscall
u_steps_syscall:
	int	$0x80
u_steps_int:
	nop
u_steps_end:
	hlt

u_spin:	jmp	u_spin

	/* soak: every event keeps every register */
	.global u_soak, soak_rounds, soak_bad
	.macro	each_register what
	\what	rbx, 0x1111
	\what	rbp, 0x2222
	\what	rsi, 0x3333
	\what	rdi, 0x4444
	\what	rcx, 0x5555
	\what	rdx, 0x6666
	\what	r8, 0x8888
	\what	r9, 0x9999
	\what	r10, 0xaaaa
	\what	r11, 0xbbbb
	\what	r12, 0xcccc
	\what	r13, 0xdddd
	\what	r14, 0xeeee
	\what	r15, 0xffff
	.endm
	.macro	set_register reg, value
	mov	$\value, %\reg
	.endm
	.macro	test_register reg, value
	cmp	$\value, %\reg
	jne	9f
	.endm
u_soak:
	each_register set_register
1:	mov	$3, %eax
	syscall
	int	$0x80
	ud2
	mov	$200, %eax
2:	dec	%eax
	jnz	2b
	each_register test_register
	decq	soak_rounds
	jnz	1b
	jmp	8f
9:	incq	soak_bad
8:	mov	$99, %eax
	syscall

	.code32
	/* a MOV SS whose last byte is that of an STI, in 32-bit code */
	.global u_compat_ss, u_compat_ss_after
u_compat_ss:
	mov	$u_some_ss + 5, %eax
	mov	-5(%eax), %ss
u_compat_ss_after:
	ud2

	.global u_compat, u_compat_int, u_compat_into, u_compat_syscall
u_compat:
	int	$0x80
u_compat_int:
	mov	$0x7fffffff, %eax
	add	$1, %eax
	into
u_compat_into:
	nop
u_compat_syscall:
	syscall
	hlt
	.code64

	.data
	.balign	8
soak_rounds:
	.quad	3000
soak_bad:
	.quad	0
u_some_ss:
	.quad	0x33	/* USER_SS */

	.bss
	.balign	8
kernel_rsp:
	.skip	8
	.balign	64
	.skip	4096
	.global image
image:	.skip	64
	.section .note.GNU-stack, "", @progbits
