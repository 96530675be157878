/* SPDX-License-Identifier: MIT */
/*
 * Assembly that both deliveries' entry code shares: the fifteen registers of struct
 * trap_frame, pushed and popped, with call-frame information, so that a debugger
 * walks across.
 *
 * The CFA of every entry path is the address just above the SS word: RIP lies at
 * CFA-40, the interrupted RSP at CFA-16, under IDT and under FRED.
 */
#ifndef ENTRY_H
#define ENTRY_H

#include "layout.h"

#define CFA_RIP (-40)
#define CFA_RSP (-16)

/* RSP lies `bytes` below the CFA; RIP and RSP of the interrupted code as above. */
.macro CFI_EVENT bytes
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa %rsp, \bytes
	.cfi_offset %rip, CFA_RIP
	.cfi_offset %rsp, CFA_RSP
.endm

/* The same, with all of struct trap_frame already built and RSP at its first byte. */
#define CFA_TF (TF_SS + 8)
.macro CFI_EVENT_FRAME
	CFI_EVENT CFA_TF
	.cfi_offset %rax, TF_RAX - CFA_TF
	.cfi_offset %rbx, TF_RBX - CFA_TF
	.cfi_offset %rcx, TF_RCX - CFA_TF
	.cfi_offset %rdx, TF_RDX - CFA_TF
	.cfi_offset %rsi, TF_RSI - CFA_TF
	.cfi_offset %rdi, TF_RDI - CFA_TF
	.cfi_offset %rbp, TF_RBP - CFA_TF
	.cfi_offset %r8, TF_R8 - CFA_TF
	.cfi_offset %r9, TF_R9 - CFA_TF
	.cfi_offset %r10, TF_R10 - CFA_TF
	.cfi_offset %r11, TF_R11 - CFA_TF
	.cfi_offset %r12, TF_R12 - CFA_TF
	.cfi_offset %r13, TF_R13 - CFA_TF
	.cfi_offset %r14, TF_R14 - CFA_TF
	.cfi_offset %r15, TF_R15 - CFA_TF
.endm

/* RAX first, so that R15 ends at TF_R15 = 0(%rsp). */
.macro PUSH_REGS
	.irp reg, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
	push	%\reg
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %\reg, 0
	.endr
.endm

.macro POP_REGS
	.irp reg, r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax
	pop	%\reg
	.cfi_adjust_cfa_offset -8
	.cfi_restore %\reg
	.endr
.endm

/* Drop the two words between the registers and RIP: `where` and the error code. */
.macro POP_WHERE_ERROR
	add	$16, %rsp
	.cfi_adjust_cfa_offset -16
.endm

/* When the instruction at `insn` faults, go on at `target` (event.h). */
.macro FIXUP insn, target
	.pushsection .fixups, "a"
	.balign	8
	.quad	\insn, \target
	.popsection
.endm

#endif
