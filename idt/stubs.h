/* SPDX-License-Identifier: MIT */
/* How every IDT entry begins, naive or careful: a stub a vector, and the frame put in order. */
#ifndef IDT_STUBS_H
#define IDT_STUBS_H

/*
 * One stub a vector, 16 bytes apart. What the CPU pushed, on a 16-byte boundary
 * (SDM 3, 6.14), and what the stub adds:
 *
 *	+48  SS				<- CFA just above
 *	+40  RSP
 *	+32  RFLAGS
 *	+24  CS
 *	+16  RIP
 *	+8   error code, or the stub's 0
 *	+0   vector			<- RSP
 */
.macro STUBS name, target
	.balign	16
	.globl	\name
\name:
	.set	vector, 0
	.rept	256
	.balign	16
	.if	vector == 8 || vector == 10 || vector == 11 || vector == 12 || vector == 13 || vector == 14 || vector == 17 || vector == 21
	CFI_EVENT 48
	.else
	CFI_EVENT 40
	push	$0
	.cfi_adjust_cfa_offset 8
	.endif
	push	$vector
	.cfi_adjust_cfa_offset 8
	jmp	\target
	.cfi_endproc
	.set	vector, vector + 1
	.endr
.endm

/*
 * Save the registers and bring the CPU's words into FRED's order, 16 bytes lower,
 * since FRED has two words above SS:
 *
 *	 before (rsp as the stub left it)	 after (rsp = struct trap_frame)
 *	 		 SS	+64+120		reserved  TF_RESERVED
 *			 RSP	+56+120		data	  TF_DATA
 *			 RFLAGS +48+120		SS|vector TF_SS
 *			 CS	+40+120		RSP	  TF_RSP
 *			 RIP	+32+120		RFLAGS	  TF_RFLAGS
 *	 where -> error code	+24+120		CS	  TF_CS
 *			 vector +16+120		RIP	  TF_RIP
 *			  	 +8+120		error	  TF_ERROR
 *			  	 +0+120		where	  TF_WHERE
 *					  0	registers
 *
 * Each word moves down by two slots, lowest first, so none is overwritten unread.
 */
.macro SHAPE_FRAME
	sub	$16, %rsp
	.cfi_adjust_cfa_offset 16
	PUSH_REGS
	cld				/* the IDT leaves the interrupted code's DF */
	lea	TF_RIP + 8(%rsp), %rax
	mov	%rax, TF_WHERE(%rsp)
	mov	TF_RIP(%rsp), %ecx	/* vector */
	mov	TF_RIP + 8(%rsp), %rax
	mov	%rax, TF_ERROR(%rsp)
	mov	TF_RIP + 16(%rsp), %rax
	mov	%rax, TF_RIP(%rsp)
	.cfi_rel_offset %rip, TF_RIP
	mov	TF_CS + 16(%rsp), %rax
	mov	%rax, TF_CS(%rsp)
	mov	TF_RFLAGS + 16(%rsp), %rax
	mov	%rax, TF_RFLAGS(%rsp)
	mov	TF_RSP + 16(%rsp), %rax
	mov	%rax, TF_RSP(%rsp)
	.cfi_rel_offset %rsp, TF_RSP
	mov	TF_SS + 16(%rsp), %rax
	shl	$32, %rcx
	or	%rcx, %rax
	mov	%rax, TF_SS(%rsp)
	movq	$0, TF_DATA(%rsp)
	movq	$0, TF_RESERVED(%rsp)
.endm

#endif
