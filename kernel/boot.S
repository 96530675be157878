/* SPDX-License-Identifier: MIT */
/*
 * From GRUB's 32-bit hand-over to C in the higher half. Identity-maps the first
 * 4 GiB and maps the image at KERNEL_BASE, both for a moment: memory.c makes the
 * real tables.
 */
#include "layout.h"

#define MULTIBOOT2_MAGIC 0xe85250d6
#define PHYS(symbol)	 (symbol - KERNEL_BASE)
#define PTE_PRESENT_WRITE 3
#define PTE_LARGE	 0x80
#define CR0_PE_MP_NE_WP_PG 0x80010023
#define CR0_EM_TS_NW_CD	 0x6000000c
#define CR4_PAE_SSE	 0x620 /* PAE, OSFXSR, OSXMMEXCPT */
#define MSR_EFER	 0xc0000080
#define EFER_LME	 0x100
#define CPUID_EXTENDED	 0x80000001
#define CPUID_NX	 0x100000 /* EDX bit 20 */
#define CPUID_NX_TO_NXE	 9	  /* to EFER.NXE, bit 11 */

	.section .multiboot, "a"
	.balign 8
header:
	.long MULTIBOOT2_MAGIC, 0, header_end - header
	.long -(MULTIBOOT2_MAGIC + (header_end - header))
	/* Modules on page boundaries: softcpu.bin wants it */
	.balign 8
	.word 6, 0
	.long 8
	/* No more tags */
	.balign 8
	.word 0, 0
	.long 8
header_end:

	.section .boot.text, "ax"
	.code32
	.globl boot_entry
boot_entry:
	/* EAX = multiboot2's magic, EBX = its information; no stack, no IDT */
	cld
	mov	$PHYS(boot_stack_top), %esp
	mov	%eax, %ebp
	mov	%ebx, %esi

	/* Two ways to the same 4 GiB of 2 MiB pages: at 0 and at DIRECT_MAP; the
	   first GiB also at KERNEL_BASE */
	mov	$PHYS(boot_pdpt) + PTE_PRESENT_WRITE, %eax
	mov	%eax, PHYS(boot_pml4)
	mov	%eax, PHYS(boot_pml4) + 256 * 8
	mov	$PHYS(boot_pdpt_high) + PTE_PRESENT_WRITE, %eax
	mov	%eax, PHYS(boot_pml4) + 511 * 8
	mov	$PHYS(boot_pd) + PTE_PRESENT_WRITE, %eax
	mov	%eax, PHYS(boot_pdpt_high) + 510 * 8
	mov	$PHYS(boot_pdpt), %edi
	mov	$4, %ecx
1:	mov	%eax, (%edi)
	add	$4096, %eax
	add	$8, %edi
	loop	1b
	mov	$PHYS(boot_pd), %edi
	mov	$PTE_PRESENT_WRITE + PTE_LARGE, %eax
	mov	$2048, %ecx
2:	mov	%eax, (%edi)
	add	$0x200000, %eax
	add	$8, %edi
	loop	2b

	mov	%cr4, %eax
	or	$CR4_PAE_SSE, %eax
	mov	%eax, %cr4
	mov	$PHYS(boot_pml4), %eax
	mov	%eax, %cr3
	/* NXE only where there is NX: else WRMSR faults, with nobody to say so. main.c says it */
	mov	$CPUID_EXTENDED, %eax
	cpuid
	and	$CPUID_NX, %edx
	shr	$CPUID_NX_TO_NXE, %edx
	mov	%edx, %edi
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$EFER_LME, %eax
	or	%edi, %eax
	wrmsr
	mov	%cr0, %eax
	or	$CR0_PE_MP_NE_WP_PG, %eax
	and	$~CR0_EM_TS_NW_CD, %eax
	mov	%eax, %cr0
	lgdt	PHYS(boot_gdtr)
	ljmp	$SEL_KERNEL_CODE, $PHYS(boot_long)

	.code64
boot_long:
	mov	$boot_high, %rax
	jmp	*%rax

	.text
boot_high:
	/* SS must hold the kernel's selector before FRED is ever enabled: a null SS
	   in a frame fails ERETS's check later (reference 7) */
	mov	$SEL_KERNEL_DATA, %eax
	mov	%eax, %ss
	mov	%eax, %ds
	mov	%eax, %es
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	mov	$boot_stack_top, %rsp
	mov	%ebp, %edi		/* magic */
	mov	%esi, %esi		/* physical address of the information */
	xor	%ebp, %ebp		/* backtraces end here */
	call	kernel_main
1:	cli
	hlt
	jmp	1b

	.section .boot.data, "aw"
	.balign 8
boot_gdt:
	.quad 0, 0x00af9b000000ffff, 0x00cf93000000ffff
boot_gdtr:
	.word . - boot_gdt - 1
	.quad PHYS(boot_gdt)

	.section .note.GNU-stack, "", @progbits
