/* SPDX-License-Identifier: MIT */
/*
 * Multiboot 1, 32-bit entry, long mode with the first 4 GiB identity-mapped. Nothing here
 * is like the project's kernel: low memory, no GS, other selectors, other entry pages.
 */
	.section .multiboot, "a"
	.balign	4
	.long	0x1badb002, 0x00000002, -(0x1badb002 + 0x00000002)

	.section .boot, "ax"
	.code32
	.global _start
_start:
	cli
	mov	$boot_stack_top, %esp
	mov	%ebx, multiboot_info
	/* PML4[0] -> PDPT, PDPT[0..3] -> four page directories of 2 MiB pages */
	movl	$boot_pdpt + 7, boot_pml4
	mov	$boot_pd + 7, %eax
	xor	%ecx, %ecx
1:	mov	%eax, boot_pdpt(, %ecx, 8)
	add	$0x1000, %eax
	inc	%ecx
	cmp	$4, %ecx
	jne	1b
	mov	$0x87, %eax	/* present, writable, user, large */
	xor	%ecx, %ecx
2:	mov	%eax, boot_pd(, %ecx, 8)
	add	$0x200000, %eax
	inc	%ecx
	cmp	$2048, %ecx
	jne	2b
	mov	$0x20, %eax	/* PAE */
	mov	%eax, %cr4
	mov	$boot_pml4, %eax
	mov	%eax, %cr3
	mov	$0xc0000080, %ecx
	rdmsr
	or	$0x901, %eax	/* NXE, LME, SCE */
	wrmsr
	mov	$0x80010033, %eax /* PG WP NE ET MP PE */
	mov	%eax, %cr0
	lgdt	gdtr
	ljmp	$0x18, $1f
	.code64
1:	mov	$0x20, %eax
	mov	%eax, %ss
	mov	%eax, %ds
	mov	%eax, %es
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	mov	$0x48, %eax
	ltr	%ax
	mov	$boot_stack_top, %rsp
	xor	%ebp, %ebp
	call	guest_main
	hlt

	.data
	.balign	16
	.global gdt, tss_descriptor
gdt:	.quad	0, 0
	.quad	0x00cf92000000ffff	/* 10 */
	.quad	0x00af9a000000ffff	/* 18 ring 0 code */
	.quad	0x00cf92000000ffff	/* 20 ring 0 data */
	.quad	0x00cffa000000ffff	/* 28 ring 3 32-bit code, STAR's */
	.quad	0x00cff2000000ffff	/* 30 ring 3 data, STAR's */
	.quad	0x00affa000000ffff	/* 38 ring 3 64-bit code, STAR's */
	.quad	0x12cff2345678ffff	/* 40 ring 3 data with a base */
tss_descriptor:
	.quad	0x0000890000000067, 0	/* 48 */
	.quad	0x00affa000000ffff	/* 58 ring 3 64-bit code, not STAR's */
	.quad	0x00cff2000000ffff	/* 60 ring 3 data, not STAR's */
	.quad	0x00cf7a000000ffff	/* 68 ring 3 32-bit code, not present */
	.quad	0x00cf72000000ffff	/* 70 ring 3 data, not present */
	.quad	0x00cffa000000ffff	/* 78 ring 3 32-bit code, not STAR's */
	.quad	0x0000820000000000	/* 80 LDT, 16 bytes */
	.quad	0
gdt_end:
gdtr:	.word	gdt_end - gdt - 1
	.quad	gdt

	.bss
	.balign	4096
	.global boot_pml4, boot_pdpt, boot_pd, multiboot_info
boot_pml4:
	.skip	4096
boot_pdpt:
	.skip	4096
boot_pd:
	.skip	4 * 4096
	.skip	16384
boot_stack_top:
multiboot_info:
	.skip	8

	.section .rodata
	.global softcpu_bin, softcpu_bin_end
	.balign	16
softcpu_bin:
	.incbin	SOFTCPU_BIN
softcpu_bin_end:
	.section .note.GNU-stack, "", @progbits
