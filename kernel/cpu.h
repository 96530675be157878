/* SPDX-License-Identifier: MIT */
/*
 * The processor's instructions and registers as C sees them: one inline function
 * for each instruction, one name for each bit. Sources: SDM volumes 2 to 4; FRED: reference 1.
 */
#ifndef CPU_H
#define CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CR4_FRED (1ull << 32)

#define EFER_SCE (1ull << 0)
#define EFER_NXE (1ull << 11)

#define RFLAGS_FIXED (1ull << 1)
#define RFLAGS_TF    (1ull << 8)
#define RFLAGS_IF    (1ull << 9)
#define RFLAGS_DF    (1ull << 10)
#define RFLAGS_IOPL  (3ull << 12)
#define RFLAGS_NT    (1ull << 14)
#define RFLAGS_RF    (1ull << 16)
#define RFLAGS_AC    (1ull << 18)

#define MSR_APIC_BASE	   0x1bu
#define MSR_FRED_RSP0	   0x1ccu
#define MSR_FRED_RSP1	   0x1cdu
#define MSR_FRED_RSP2	   0x1ceu
#define MSR_FRED_RSP3	   0x1cfu
#define MSR_FRED_STKLVLS   0x1d0u
#define MSR_FRED_CONFIG	   0x1d4u
#define MSR_EFER	   0xc0000080u
#define MSR_STAR	   0xc0000081u
#define MSR_LSTAR	   0xc0000082u
#define MSR_CSTAR	   0xc0000083u
#define MSR_FMASK	   0xc0000084u
#define MSR_GS_BASE	   0xc0000101u
#define MSR_KERNEL_GS_BASE 0xc0000102u

struct cpuid_regs {
	uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid_regs cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid_regs r;

	asm volatile("cpuid"
		     : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
		     : "a"(leaf), "c"(subleaf));
	return r;
}

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr) : "memory");
	return low | (uint64_t)high << 32;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	asm volatile("wrmsr"
		     :
		     : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
		     : "memory");
}

static inline uint64_t rdtsc(void)
{
	uint32_t low, high;

	asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return low | (uint64_t)high << 32;
}

#define READ_REGISTER(name, reg)                                              \
	static inline uint64_t name(void)                                     \
	{                                                                     \
		uint64_t value;                                               \
		asm volatile("mov %%" reg ", %0" : "=r"(value) : : "memory"); \
		return value;                                                 \
	}
#define WRITE_REGISTER(name, reg)                                         \
	static inline void name(uint64_t value)                           \
	{                                                                 \
		asm volatile("mov %0, %%" reg : : "r"(value) : "memory"); \
	}
READ_REGISTER(read_cr0, "cr0")
READ_REGISTER(read_cr2, "cr2")
READ_REGISTER(read_cr3, "cr3")
READ_REGISTER(read_cr4, "cr4")
READ_REGISTER(read_dr6, "dr6")
READ_REGISTER(read_dr7, "dr7")
READ_REGISTER(read_cr8, "cr8")
WRITE_REGISTER(write_cr0, "cr0")
WRITE_REGISTER(write_cr2, "cr2")
WRITE_REGISTER(write_cr3, "cr3")
WRITE_REGISTER(write_cr4, "cr4")
WRITE_REGISTER(write_dr6, "dr6")
WRITE_REGISTER(write_dr7, "dr7")
WRITE_REGISTER(write_cr8, "cr8") /* the APIC holds back vectors below 16 * (this + 1) */
#undef READ_REGISTER
#undef WRITE_REGISTER

#define DR6_CLEAR 0xffff0ff0ull /* as after reset: fixed ones, no condition */

static inline void invlpg(uintptr_t address)
{
	asm volatile("invlpg (%0)" : : "r"(address) : "memory");
}

static inline void interrupts_on(void)
{
	asm volatile("sti" : : : "memory");
}

static inline void interrupts_off(void)
{
	asm volatile("cli" : : : "memory");
}

static inline uint64_t read_rflags(void)
{
	uint64_t value;

	asm volatile("pushfq; pop %0" : "=r"(value) : : "memory");
	return value;
}

/* Switch interrupts off; returns RFLAGS for interrupts_restore(). */
static inline uint64_t interrupts_save(void)
{
	uint64_t flags = read_rflags();

	interrupts_off();
	return flags;
}

static inline void interrupts_restore(uint64_t flags)
{
	if (flags & RFLAGS_IF)
		interrupts_on();
}

static inline void outb(uint16_t port, uint8_t value)
{
	asm volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void outw(uint16_t port, uint16_t value)
{
	asm volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline void outl(uint16_t port, uint32_t value)
{
	asm volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t inb(uint16_t port)
{
	uint8_t value;

	asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint16_t inw(uint16_t port)
{
	uint16_t value;

	asm volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint32_t inl(uint16_t port)
{
	uint32_t value;

	asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void cpu_relax(void)
{
	asm volatile("pause" : : : "memory");
}

#endif
