/* SPDX-License-Identifier: MIT */
/* The little guest: what its test files share. May use softcpu/softcpu.h, and nothing else of
 * softcpu. */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "softcpu/softcpu.h"

#define KERNEL_CS 0x18
#define KERNEL_SS 0x20
#define USER_CS32 0x2b
#define USER_SS	  0x33
#define USER_CS	  0x3b
#define BASED_DS  0x43
#define OTHER_CS  0x5b
#define OTHER_SS  0x63

#define MSR_EFER      0xc0000080u
#define MSR_STAR      0xc0000081u
#define MSR_LSTAR     0xc0000082u
#define MSR_GS	      0xc0000101u
#define MSR_KERNEL_GS 0xc0000102u
#define FRED_RSP(n)   (0x1ccu + (n))
#define FRED_LEVELS   0x1d0u
#define FRED_SSP(n)   (0x1d0u + (n))
#define FRED_CONFIG   0x1d4u
#define CR4_FRED      (1ull << 32)

/* FRED's frame, and what an IDT gate pushes put into the same places. Written down here again, not
 * taken from softcpu/frame.h or tests/conformance/frame.h: a test that shares the layout with what
 * it tests cannot find it wrong. */
struct frame {
	uint64_t error, rip, cs, rflags, rsp, ss, data, zero;
};

struct saved {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rdx, rcx, rbx, rax;
	struct frame frame;
};

struct seen {
	struct frame frame;
	uint64_t at;	/* where the frame lies */
	uint64_t level; /* CSL in the handler */
	bool user;	/* which of the two entry points */
	uint64_t rcx, r11, gs, tsc;
};

#define TYPE(s)	  ((s).frame.ss >> 48 & 15)
#define VECTOR(s) ((s).frame.ss >> 32 & 255)
#define LENGTH(s) ((s).frame.ss >> 60)
#define SS_STI	  (1ull << 16)
#define SS_SOFT	  (1ull << 17)
#define SS_NMI	  (1ull << 18)
#define SS_LONG	  (1ull << 57)
#define SS_NESTED (1ull << 58)

/* events.c */
extern struct seen seen[64];
extern volatile int events;
extern volatile uint64_t attempt_at, resume_at;
extern bool (*volatile on_event)(struct saved *s, bool user); /* true: handled */
void check(bool ok, const char *what);
void known_failure(bool ok, const char *what);
void check_equal(uint64_t got, uint64_t want, const char *what);
void group(const char *name);
void print(const char *text);
void print_number(uint64_t value, unsigned base);
_Noreturn void finish(void);
_Noreturn void power_off(int code);
void fred_on(void);
void fred_off(void);
void fred_defaults(void);
uint64_t stack_top(int level);

/* run `code`; an event of it is logged, and a fault goes on behind it */
#define ATTEMPT(code, ...)                                                                       \
	do {                                                                                     \
		events = 0;                                                                      \
		__asm__ volatile("movq $1f, attempt_at\n\tmovq $2f, resume_at\n1:\t" code "\n2:" \
				 : __VA_ARGS__);                                                 \
	} while (0)

/* user.S, entry.S */
extern uint8_t fred_page[], fred_page_user[];
void enter_user(uint64_t rip, uint64_t cs, uint64_t rflags, uint64_t rsp, uint64_t ss);
void leave_user(void);

/* the test pages at 2 GiB: 4 KiB each */
#define PAGES	   0x80000000ull
#define PAGE(n)	   (PAGES + 4096ull * (n))
#define PAGE_COUNT 16
extern uint64_t page_table[512];
extern uint8_t page_memory[PAGE_COUNT][4096];
void memory_init(void);
void map_page(int n, uint64_t bits); /* present, writable, user ... */

/* devices */
void apic_init(void);
void send_nmi(void);
void send_ipi(uint8_t vector);
void end_of_interrupt(void);
void apic_timer(uint8_t vector, uint32_t period); /* 0, 0 = off */
void apic_timer_once(uint8_t vector, uint32_t count);
extern uint32_t status;
extern bool counts_instructions; /* RDTSC does: -icount */
void set_idt_gate(int vector, uint64_t to);

void bench_native(void);
void bench(const struct softcpu_image *image);
void test_idt(void);
void test_msrs(void);
void test_ring0(void);
void test_ring3(void);
void test_returns(void);
void test_stacks(void);
void test_nmi(void);
void test_apic(void);
void test_interrupts(void);
void test_clock(void);
void test_soak(void);
void test_fuzz(void);
void test_forbidden(void);
void test_hostile(void);

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

static inline uint8_t inb(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint64_t read_cr4(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static inline void write_cr4(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

static inline uint64_t hypercall(uint64_t function, uint64_t argument)
{
	uint64_t result;

	__asm__ volatile("vmmcall" : "=a"(result) : "a"(function), "b"(argument) : "memory");
	return result;
}

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

#endif
