/* SPDX-License-Identifier: MIT */
/* The instructions that C has no words for, and the numbers that go with them. May use nothing. */
#ifndef SOFTCPU_MACHINE_H
#define SOFTCPU_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CR0_PE	    (1ull << 0)
#define CR0_TS	    (1ull << 3)
#define CR0_ET	    (1ull << 4)
#define CR0_WP	    (1ull << 16)
#define CR0_NW	    (1ull << 29)
#define CR0_CD	    (1ull << 30)
#define CR0_PG	    (1ull << 31)
#define CR4_PAE	    (1ull << 5)
#define CR4_LA57    (1ull << 12)
#define CR4_PCIDE   (1ull << 17)
#define CR4_OSXSAVE (1ull << 18)
#define CR4_SMEP    (1ull << 20)
#define CR4_PKE	    (1ull << 22)
#define CR4_FRED    (1ull << 32)
#define EFER_SCE    (1ull << 0)
#define EFER_LME    (1ull << 8)
#define EFER_LMA    (1ull << 10)
#define EFER_NXE    (1ull << 11)
#define EFER_SVME   (1ull << 12)
#define EFER_FFXSR  (1ull << 14)
#define FLAG_FIXED  (1ull << 1)
#define FLAG_TF	    (1ull << 8)
#define FLAG_IF	    (1ull << 9)
#define FLAG_IOPL   (3ull << 12)
#define FLAG_NT	    (1ull << 14)
#define FLAG_RF	    (1ull << 16)
#define FLAG_VM	    (1ull << 17)
#define DR6_FIXED   0xffff0ff0ull
#define DR6_BD	    (1ull << 13)
#define DR6_BS	    (1ull << 14)
#define DR7_FIXED   0x400ull
#define DR7_GD	    (1ull << 13)

#define MSR_APIC_BASE	0x1bu
#define MSR_SYSENTER_CS 0x174u
#define MSR_FRED_FIRST	0x1ccu
#define MSR_FRED_LAST	0x1d4u
#define MSR_PL0_SSP	0x6a4u
#define MSR_EFER	0xc0000080u
#define MSR_STAR	0xc0000081u
#define MSR_FS_BASE	0xc0000100u
#define MSR_GS_BASE	0xc0000101u
#define MSR_KERNEL_GS	0xc0000102u
#define MSR_VM_CR	0xc0010114u
#define MSR_IGNNE	0xc0010115u
#define MSR_VM_HSAVE_PA 0xc0010117u
#define MSR_SVM_KEY	0xc0010118u
#define VM_CR_SVMDIS	(1ull << 4)

enum vector {
	DE = 0,
	DB = 1,
	NMI = 2,
	BP = 3,
	OF = 4,
	UD = 6,
	DF = 8,
	TS = 10,
	NP = 11,
	SS = 12,
	GP = 13,
	PF = 14,
	AC = 17,
	MC = 18,
	CP = 21,
	VC = 29,
	SX = 30,
};

/* SDM vol. 3, table 6-1; AMD's VC and SX (APM vol. 2, table 8-2) */
static inline bool has_error_code(uint8_t vector)
{
	return vector == DF || (vector >= TS && vector <= PF) || vector == AC || vector == CP ||
	       vector == VC || vector == SX;
}

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

/* what LGDT, SGDT, LIDT and SIDT read and write */
struct table_register {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid r;

	__asm__ volatile("cpuid"
			 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			 : "a"(leaf), "c"(subleaf));
	return r;
}

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr) : "memory");
	return low | (uint64_t)high << 32;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr"
			 :
			 : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
			 : "memory");
}

static inline void outb(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t inb(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

#define READ_REGISTER(name, what)                                                   \
	static inline uint64_t read_##name(void)                                    \
	{                                                                           \
		uint64_t value;                                                     \
                                                                                    \
		__asm__ volatile("mov %%" #what ", %0" : "=r"(value) : : "memory"); \
		return value;                                                       \
	}

#define WRITE_REGISTER(name, what)                                              \
	static inline void write_##name(uint64_t value)                         \
	{                                                                       \
		__asm__ volatile("mov %0, %%" #what : : "r"(value) : "memory"); \
	}

READ_REGISTER(cr0, cr0)
READ_REGISTER(cr2, cr2)
READ_REGISTER(cr3, cr3)
READ_REGISTER(cr4, cr4)
READ_REGISTER(cr8, cr8)
READ_REGISTER(dr0, dr0)
READ_REGISTER(dr6, dr6)
READ_REGISTER(dr1, dr1)
READ_REGISTER(dr2, dr2)
READ_REGISTER(dr3, dr3)
READ_REGISTER(dr7, dr7)
WRITE_REGISTER(cr2, cr2)
WRITE_REGISTER(cr4, cr4)
WRITE_REGISTER(dr6, dr6)
WRITE_REGISTER(dr7, dr7)

#undef READ_REGISTER
#undef WRITE_REGISTER

#define READ_SELECTOR(name)                                             \
	static inline uint16_t read_##name(void)                        \
	{                                                               \
		uint16_t value;                                         \
                                                                        \
		__asm__ volatile("mov %%" #name ", %0" : "=rm"(value)); \
		return value;                                           \
	}

READ_SELECTOR(cs)
READ_SELECTOR(ss)
READ_SELECTOR(ds)
READ_SELECTOR(es)

#undef READ_SELECTOR

static inline uint64_t read_rflags(void)
{
	uint64_t value;

	__asm__ volatile("pushfq; pop %0" : "=r"(value));
	return value;
}

/* GS.base and KERNEL_GS_BASE stay the guest's while softcpu runs, so this swaps the guest's */
static inline void swapgs(void)
{
	__asm__ volatile("swapgs" : : : "memory");
}

/* FS, GS, TR, LDTR, the SYSCALL and SYSENTER MSRs and KERNEL_GS_BASE, to and from a VMCB */
static inline void vmsave(uint64_t vmcb)
{
	__asm__ volatile("vmsave %%rax" : : "a"(vmcb) : "memory");
}

static inline void vmload(uint64_t vmcb)
{
	__asm__ volatile("vmload %%rax" : : "a"(vmcb) : "memory");
}

#endif
