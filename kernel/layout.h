/* SPDX-License-Identifier: MIT */
/*
 * Where everything lies: selectors, the virtual address space, the words of a
 * trap frame. Shared by C and assembly; frame.h asserts that both agree.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

/* GDT. SYSCALL, SYSRET and FRED fix the order of the first five (SDM 5.8.8). */
#define SEL_KERNEL_CODE	 0x08
#define SEL_KERNEL_DATA	 0x10
#define SEL_USER_CODE32	 0x1b
#define SEL_USER_DATA	 0x23
#define SEL_USER_CODE	 0x2b
#define SEL_USER_GS	 0x33 /* a data segment whose base LKGS can load */
#define SEL_USER_STACK16 0x3b /* 64 KiB at USER_HEAP, 16-bit: IRET restores SP alone */
#define SEL_TSS		 0x40 /* 16 bytes for each CPU */
#define STAR_VALUE	 ((0x18ull | 3) << 48 | (unsigned long long)SEL_KERNEL_CODE << 32)

/* Kernel half of the address space */
#define DIRECT_MAP  0xffff800000000000 /* all physical memory */
#define STACKS_BASE 0xffffc00000000000 /* kernel stacks between guard pages */
#define LAZY_BASE   0xffffd00000000000 /* mapped when touched: the tour's kernel #PFs */
#define MMIO_BASE   0xffffe00000000000 /* device registers, uncached */
#define ESPFIX_BASE 0xfffff00000000000 /* idt/espfix.c: 4 GiB, one stack in every 64 KiB of it */
#define KERNEL_BASE 0xffffffff80000000 /* the image: virtual = KERNEL_BASE + physical */
#define KERNEL_PHYS 0x200000

/* User half */
#define USER_TEXT      0x400000	  /* user.elf is linked here */
#define USER_HEAP      0x10000000 /* SYS_map grows from here */
#define USER_STACK_TOP 0x7ffff0000000
#define USER_STACK     0x10000 /* bytes, mapped when touched */
#define USER_END       0x800000000000

#define PAGE_SIZE 4096

/* A kernel stack and the unmapped page below it. Stack n of the event stacks is IST n and FRED
 * level n. */
#define STACK_SIZE   0x4000
#define STACK_STRIDE 0x8000
#define EVENT_STACKS 6	/* 0 unused, 1..4 as enum ft_stack, 5 the NMI copy */
#define TASK_STACKS  64 /* stack number of task slot 0 */

/* struct trap_frame, byte offsets: 15 registers, `where`, FRED's eight words */
#define TF_R15	    0
#define TF_R14	    8
#define TF_R13	    16
#define TF_R12	    24
#define TF_R11	    32
#define TF_R10	    40
#define TF_R9	    48
#define TF_R8	    56
#define TF_RBP	    64
#define TF_RDI	    72
#define TF_RSI	    80
#define TF_RDX	    88
#define TF_RCX	    96
#define TF_RBX	    104
#define TF_RAX	    112
#define TF_WHERE    120
#define TF_ERROR    128
#define TF_RIP	    136
#define TF_CS	    144
#define TF_RFLAGS   152
#define TF_RSP	    160
#define TF_SS	    168
#define TF_DATA	    176
#define TF_RESERVED 184
#define TF_SIZE	    192

/* struct cpu, byte offsets used through GS by entry code */
#define CPU_SELF	0
#define CPU_STACK_TOP	8  /* of the running task's kernel stack */
#define CPU_SCRATCH	16 /* user RSP, for the moment of a SYSCALL */
#define CPU_NMI_FRAME	24 /* idt/: frame of the NMI that runs */
#define CPU_NMI_RUNNING 32 /* idt/: the nested-NMI dance, see idt/nmi.c */
#define CPU_NMI_NOTED	36
#define CPU_NMI_SWAP	40
#define CPU_ESPFIX	48     /* idt/: where IRET's five words go, see idt/espfix.c */
#define CPU_ESPFIX_RSP	56     /* the same by the address whose bits 31:16 are ring 3's */
#define IST_STEP	0x1000 /* how far an IST pointer is moved while its handler runs */

#endif
