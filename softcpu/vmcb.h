/* SPDX-License-Identifier: MIT */
/*
 * The virtual machine control block (AMD APM volume 2, appendix B) and the exit
 * codes (appendix C), as far as softcpu uses them. May use nothing.
 */
#ifndef SOFTCPU_VMCB_H
#define SOFTCPU_VMCB_H

#define VMCB_TSC_OFFSET 0x50

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct vmcb_segment {
	uint16_t selector;
	uint16_t attributes; /* descriptor bits 47:40 in 7:0, 55:52 in 11:8 */
	uint32_t limit;
	uint64_t base;
};

#define SEG_ACCESSED (1 << 0)
#define SEG_WRITABLE (1 << 1) /* data */
#define SEG_CONFORM  (1 << 2) /* code */
#define SEG_CODE     (1 << 3)
#define SEG_S	     (1 << 4) /* code or data, not a system descriptor */
#define SEG_DPL	     (3 << 5)
#define SEG_PRESENT  (1 << 7)
#define SEG_L	     (1 << 9)
#define SEG_D	     (1 << 10)
#define SEG_G	     (1 << 11)

struct vmcb {
	uint16_t cr_read, cr_write; /* intercepts */
	uint16_t dr_read, dr_write;
	uint32_t exceptions;
	uint32_t instructions;	   /* INTERCEPT_* */
	uint32_t svm_instructions; /* INTERCEPT2_* */
	uint8_t reserved_014[0x40 - 0x14];
	uint64_t iopm, msrpm;
	uint64_t tsc_offset;
	uint32_t asid;
	uint8_t tlb_control;
	uint8_t reserved_05d[3];
	uint32_t int_control, int_vector;
	uint64_t int_state; /* bit 0: interrupt shadow */
	uint64_t exit_code, exit_info1, exit_info2;
	uint32_t exit_int_info, exit_int_error;
	uint64_t np_enable;
	uint8_t reserved_098[0xa8 - 0x98];
	uint32_t event_inj, event_inj_error;
	uint8_t reserved_0b0[0x400 - 0xb0];
	struct vmcb_segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
	uint8_t reserved_4a0[0x4cb - 0x4a0];
	uint8_t cpl;
	uint8_t reserved_4cc[4];
	uint64_t efer;
	uint8_t reserved_4d8[0x548 - 0x4d8];
	uint64_t cr4, cr3, cr0, dr7, dr6, rflags, rip;
	uint8_t reserved_580[0x5d8 - 0x580];
	uint64_t rsp;
	uint8_t reserved_5e0[0x5f8 - 0x5e0];
	uint64_t rax;
	uint64_t star, lstar, cstar, sfmask, kernel_gs_base;
	uint64_t sysenter_cs, sysenter_esp, sysenter_eip, cr2;
	uint8_t reserved_648[0x1000 - 0x648];
};

_Static_assert(offsetof(struct vmcb, tsc_offset) == VMCB_TSC_OFFSET, "APM vol. 2, table B-1");
_Static_assert(offsetof(struct vmcb, exit_code) == 0x70, "APM vol. 2, table B-1");
_Static_assert(offsetof(struct vmcb, event_inj) == 0xa8, "APM vol. 2, table B-1");
_Static_assert(offsetof(struct vmcb, es) == 0x400, "APM vol. 2, table B-2");
_Static_assert(offsetof(struct vmcb, efer) == 0x4d0, "APM vol. 2, table B-2");
_Static_assert(offsetof(struct vmcb, rip) == 0x578, "APM vol. 2, table B-2");
_Static_assert(offsetof(struct vmcb, rax) == 0x5f8, "APM vol. 2, table B-2");
_Static_assert(offsetof(struct vmcb, cr2) == 0x640, "APM vol. 2, table B-2");
_Static_assert(sizeof(struct vmcb) == 0x1000, "one page");

/* vmcb.instructions */
#define INTERCEPT_INTR	   (1u << 0)
#define INTERCEPT_NMI	   (1u << 1)
#define INTERCEPT_VINTR	   (1u << 4)
#define INTERCEPT_CPUID	   (1u << 18)
#define INTERCEPT_IRET	   (1u << 20)
#define INTERCEPT_INTN	   (1u << 21)
#define INTERCEPT_INVLPGA  (1u << 26)
#define INTERCEPT_MSR	   (1u << 28)
#define INTERCEPT_SHUTDOWN (1u << 31)
/* vmcb.svm_instructions: VMRUN VMMCALL VMLOAD VMSAVE STGI CLGI SKINIT are bits 0 to 6 */
#define INTERCEPT2_SVM	 0x7fu
#define INTERCEPT2_ICEBP (1u << 8)

#define EVENT_INJ_VALID	    (1u << 31)
#define EVENT_INJ_HAS_ERROR (1u << 11)
#define EVENT_INJ_TYPE	    (7u << 8)
#define EVENT_INJ_NMI	    (2u << 8)
#define EVENT_INJ_EXCEPTION (3u << 8)

enum exit_code {
	EXIT_CR_READ = 0x00,
	EXIT_CR_WRITE = 0x10,
	EXIT_DR_READ = 0x20,
	EXIT_DR_WRITE = 0x30,
	EXIT_EXCEPTION = 0x40,
	EXIT_INTR = 0x60,
	EXIT_NMI = 0x61,
	EXIT_VINTR = 0x64,
	EXIT_CPUID = 0x72,
	EXIT_IRET = 0x74,
	EXIT_SWINT = 0x75,
	EXIT_INVLPGA = 0x7a,
	EXIT_MSR = 0x7c,
	EXIT_SHUTDOWN = 0x7f,
	EXIT_VMRUN = 0x80,
	EXIT_VMMCALL = 0x81,
	EXIT_VMLOAD = 0x82,
	EXIT_SKINIT = 0x86,
	EXIT_ICEBP = 0x88,
	EXIT_REASONS = 0x90, /* one beyond those that softcpu handles */
};

#define EXIT_INVALID 0xffffffffu

#endif
#endif
