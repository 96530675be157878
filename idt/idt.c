/* SPDX-License-Identifier: MIT */
/* IDT's set-up: 256 gates, the TSS's stacks, the MSRs of SYSCALL. */
#include "kernel/cpu.h"
#include "kernel/delivery.h"
#include "kernel/options.h"
#include "kernel/percpu.h"
#include "trace/fredtrace.h"
#include "idt.h"

/*
 * APIC priority class 1 (vectors 16 to 31) held back: an interrupt there would run an exception's
 * handler, some of which take a word off the stack that it has not pushed.
 */
#define TASK_PRIORITY 1

/* SYSCALL clears these; FRED clears all of RFLAGS. */
#define FMASK_VALUE (RFLAGS_IF | RFLAGS_TF | RFLAGS_DF | RFLAGS_IOPL | RFLAGS_NT | RFLAGS_AC)

static struct gate idt[256] __attribute__((aligned(16)));

static void prepare(void)
{
	struct cpu *cpu = this_cpu();
	bool naive = options.idt == IDT_NAIVE;

	idt_delivery.run_flags = naive ? FT_RUN_NAIVE : 0;
	idt_delivery.nmi_return = naive ? idt_naive_iret : idt_nmi_iret;
	for (unsigned vector = 0; vector < 256; vector++)
		idt[vector] = idt_gate(vector);
	idt_load_ists(cpu);
	idt_espfix_init();
	wrmsr(MSR_STAR, STAR_VALUE);
	wrmsr(MSR_LSTAR, (uint64_t)idt_syscall);
	wrmsr(MSR_CSTAR, (uint64_t)idt_syscall32);
	wrmsr(MSR_FMASK, FMASK_VALUE);
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE);
	write_cr8(naive ? 0 : TASK_PRIORITY);
}

static void enable(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) idtr = {sizeof(idt) - 1, (uint64_t)idt};

	asm volatile("lidt %0" : : "m"(idtr) : "memory");
}

/* The table stays: FRED does not look at it. */
static void disable(void)
{
}

struct delivery idt_delivery = {
	.name = "idt",
	.syscall_entry = idt_syscall,
	.prepare = prepare,
	.enable = enable,
	.disable = disable,
	.load_stack = idt_load_stack,
};

void idt_load_stack(uint64_t top)
{
	this_cpu()->tss.rsp[0] = top;
}
