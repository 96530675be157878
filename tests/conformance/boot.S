/* SPDX-License-Identifier: MIT */
/*
 * From a multiboot2 loader to C: long mode, the first 4 GiB identity-mapped for both rings
 * (ring 3 code under test lies in the same image; SMEP and SMAP are off), no interrupts.
 */
	.section .multiboot, "a"
	.balign	8
header:
	.long	0xe85250d6, 0, header_end - header
	.long	-(0xe85250d6 + (header_end - header))
	.balign	8
	.word	6, 0		/* modules on page boundaries */
	.long	8
	.balign	8
	.word	0, 0
	.long	8
header_end:

	.text
	.code32
	.globl	boot_entry
boot_entry:
	/* EAX = multiboot2's magic, EBX = its information */
	cli
	cld
	mov	$boot_stack_top, %esp
	mov	%eax, %ebp
	mov	%ebx, %esi

	/* 2 MiB pages: present, writable, user; the last GiB (devices) uncached */
	movl	$boot_pdpt + 7, boot_pml4
	mov	$boot_pdpt, %edi
	mov	$boot_pd + 7, %eax
	mov	$4, %ecx
1:	mov	%eax, (%edi)
	add	$4096, %eax
	add	$8, %edi
	loop	1b
	mov	$boot_pd, %edi
	mov	$0x87, %eax
	mov	$1536, %ecx
2:	mov	%eax, (%edi)
	add	$0x200000, %eax
	add	$8, %edi
	loop	2b
	or	$0x18, %eax
	mov	$512, %ecx
3:	mov	%eax, (%edi)
	add	$0x200000, %eax
	add	$8, %edi
	loop	3b

	mov	$0x620, %eax	/* PAE, OSFXSR, OSXMMEXCPT */
	mov	%eax, %cr4
	mov	$boot_pml4, %eax
	mov	%eax, %cr3
	mov	$0xc0000080, %ecx
	rdmsr
	or	$0x900, %eax	/* LME, NXE */
	wrmsr
	mov	$0x80010033, %eax /* PG WP NE ET MP PE */
	mov	%eax, %cr0
	lgdt	boot_gdtr
	ljmp	$8, $1f
	.code64
1:	mov	$16, %eax
	mov	%eax, %ss
	mov	%eax, %ds
	mov	%eax, %es
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	mov	$boot_stack_top, %esp
	mov	%ebp, %edi
	mov	%esi, %esi
	xor	%ebp, %ebp
	call	conformance_main
2:	hlt
	jmp	2b

	.section .rodata
boot_gdt:
	.quad	0, 0x00af9b000000ffff, 0x00cf93000000ffff
boot_gdtr:
	.word	. - boot_gdt - 1
	.quad	boot_gdt

	.bss
	.balign	4096
	.globl	boot_pml4
boot_pml4:
	.skip	4096
boot_pdpt:
	.skip	4096
boot_pd:
	.skip	4 * 4096
	.skip	32768
boot_stack_top:

	.section .note.GNU-stack, "", @progbits
