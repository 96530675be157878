/* SPDX-License-Identifier: MIT */
/*
 * What belongs to one processor: reached through GS by ordinary code, and by the
 * task register where GS cannot be trusted (the trace).
 */
#ifndef PERCPU_H
#define PERCPU_H

#include <stdbool.h>
#include <stdint.h>
#include "layout.h"
#include "memory.h"

#define CPUS 1 /* room is made for more; one is started so far */

#define EVENT_STACK_NUMBERS 8ull /* of each CPU, from 0 */

struct task;

/* 64-bit TSS (SDM 8.7) */
struct tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	uint64_t ist[7]; /* ist[n - 1] is IST n */
	uint64_t reserved2;
	uint16_t reserved3;
	uint16_t io_map;
} __attribute__((packed));

struct cpu {
	struct cpu *self;
	uint64_t stack_top;
	uint64_t scratch;
	struct trap_frame *nmi_frame;
	/* idt/: the nested-NMI dance */
	uint32_t nmi_running; /* an NMI's handler runs, or is about to return */
	uint32_t nmi_noted;   /* another came meanwhile */
	uint32_t nmi_swap;    /* it interrupted code with ring 3's GS */
	/* idt/: returns to a 16-bit stack segment */
	uint64_t espfix, espfix_rsp;
	struct tss tss __attribute__((aligned(16)));
	unsigned id;
	bool need_resched;
	struct task *current;
	struct task *idle, *drainer;
	uint64_t ticks;
	uint64_t nmis; /* handled so far */
	/* NMI state for the trace: inferred by software, or kept here by softcpu */
	bool nmi_blocked;
	bool nmi_observed;
	volatile uint32_t softcpu_status;
};

_Static_assert(__builtin_offsetof(struct cpu, self) == CPU_SELF, "layout.h");
_Static_assert(__builtin_offsetof(struct cpu, stack_top) == CPU_STACK_TOP, "layout.h");
_Static_assert(__builtin_offsetof(struct cpu, scratch) == CPU_SCRATCH, "layout.h");
_Static_assert(__builtin_offsetof(struct cpu, nmi_frame) == CPU_NMI_FRAME, "layout.h");
_Static_assert(__builtin_offsetof(struct cpu, nmi_running) == CPU_NMI_RUNNING, "layout.h");
_Static_assert(__builtin_offsetof(struct cpu, nmi_noted) == CPU_NMI_NOTED, "layout.h");
_Static_assert(__builtin_offsetof(struct cpu, nmi_swap) == CPU_NMI_SWAP, "layout.h");
_Static_assert(__builtin_offsetof(struct cpu, espfix) == CPU_ESPFIX, "layout.h");
_Static_assert(__builtin_offsetof(struct cpu, espfix_rsp) == CPU_ESPFIX_RSP, "layout.h");

extern struct cpu cpus[CPUS];

/* The CPU that runs this, by GS.base. */
static inline struct cpu *this_cpu(void)
{
	struct cpu *cpu;

	asm volatile("mov %%gs:%c1, %0" : "=r"(cpu) : "i"(CPU_SELF));
	return cpu;
}

/* The same without GS: STR reads the TSS selector, and each CPU has its own. */
static inline struct cpu *this_cpu_without_gs(void)
{
	uint32_t selector;

	asm volatile("str %0" : "=r"(selector));
	return &cpus[((selector & 0xffff) - SEL_TSS) / 16];
}

/* GDT, TSS, GS of CPU `id`; stacks must exist. */
void percpu_init(unsigned id);

/* Top (highest address) of event stack n of a CPU, 1 <= n < EVENT_STACKS. */
uint64_t event_stack_top(unsigned cpu, unsigned n);

/* Which of this CPU's event stacks, its guard included, this address lies on; 0: on none. */
static inline unsigned event_stack_of(const struct cpu *cpu, uint64_t address)
{
	uint64_t n = stack_number(address) - cpu->id * EVENT_STACK_NUMBERS;

	return n < EVENT_STACKS ? (unsigned)n : 0;
}

/* On whichever stack it lies: enum ft_stack. */
unsigned stack_of(const struct cpu *cpu, uint64_t address);

#endif
