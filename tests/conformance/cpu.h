/* SPDX-License-Identifier: MIT */
/* Instructions and registers of the processor, one function each. */
#ifndef CPU_H
#define CPU_H

#include "frame.h"

#define MSR_APIC_BASE	   0x1bu
#define MSR_SYSENTER_CS	   0x174u
#define MSR_SYSENTER_ESP   0x175u
#define MSR_SYSENTER_EIP   0x176u
#define MSR_EFER	   0xc0000080u
#define MSR_STAR	   0xc0000081u
#define MSR_LSTAR	   0xc0000082u
#define MSR_CSTAR	   0xc0000083u
#define MSR_FMASK	   0xc0000084u
#define MSR_GS_BASE	   0xc0000101u
#define MSR_KERNEL_GS_BASE 0xc0000102u

#define EFER_SCE  1ull
#define CR0_TS	  (1ull << 3)
#define CR0_WP	  (1ull << 16)
#define CR0_AM	  (1ull << 18)
#define CR4_DE	  (1ull << 3)
#define CR4_PAE	  (1ull << 5)
#define CR4_LA57  (1ull << 12)
#define CR4_PCIDE (1ull << 17)

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

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

static inline uint64_t rdtsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return low | (uint64_t)high << 32;
}

static inline void outb(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void outw(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t inb(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

#define REGISTER(name)                                                          \
	static inline uint64_t read_##name(void)                                \
	{                                                                       \
		uint64_t value;                                                 \
                                                                                \
		__asm__ volatile("mov %%" #name ", %0" : "=r"(value));          \
		return value;                                                   \
	}                                                                       \
	static inline void write_##name(uint64_t value)                         \
	{                                                                       \
		__asm__ volatile("mov %0, %%" #name : : "r"(value) : "memory"); \
	}
REGISTER(cr0)
REGISTER(cr2)
REGISTER(cr3)
REGISTER(cr4)
REGISTER(dr0)
REGISTER(dr1)
REGISTER(dr2)
REGISTER(dr3)
REGISTER(dr6)
REGISTER(dr7)
#undef REGISTER

#define SELECTOR(name)                                                 \
	static inline uint16_t read_##name(void)                       \
	{                                                              \
		uint16_t value;                                        \
                                                                       \
		__asm__ volatile("mov %%" #name ", %0" : "=r"(value)); \
		return value;                                          \
	}
SELECTOR(cs)
SELECTOR(ss)
SELECTOR(gs)
#undef SELECTOR

struct table_register {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

static inline void pause(void)
{
	__asm__ volatile("pause" : : : "memory");
}

#endif
