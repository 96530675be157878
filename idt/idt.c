/* SPDX-License-Identifier: MIT */
/* IDT's set-up: 256 gates, the TSS's stacks, the MSRs of SYSCALL. */
#include "kernel/cpu.h"
#include "kernel/delivery.h"
#include "kernel/options.h"
#include "kernel/percpu.h"
#include "trace/fredtrace.h"
#include "idt.h"

/* A 64-bit interrupt gate (SDM 3, 6.14.1) */
struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint8_t ist;
	uint8_t type; /* 7 present, 6:5 DPL, 3:0 = 0xe interrupt gate */
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
};

#define GATE_INTERRUPT 0x8e
#define GATE_DPL3      0x60
#define EXCEPTIONS     32

/*
 * APIC priority class 1 (vectors 16 to 31) held back: an interrupt there would run an exception's
 * handler, some of which take a word off the stack that it has not pushed.
 */
#define TASK_PRIORITY 1

/* SYSCALL clears these; FRED clears all of RFLAGS. */
#define FMASK_VALUE (RFLAGS_IF | RFLAGS_TF | RFLAGS_DF | RFLAGS_IOPL | RFLAGS_NT | RFLAGS_AC)

static struct gate idt[256] __attribute__((aligned(16)));

static void set_gate(unsigned vector, const uint8_t *stub, unsigned ist, unsigned dpl)
{
	uint64_t address = (uint64_t)stub;

	idt[vector] = (struct gate){
		.offset_low = (uint16_t)address,
		.offset_middle = (uint16_t)(address >> 16),
		.offset_high = (uint32_t)(address >> 32),
		.selector = SEL_KERNEL_CODE,
		.ist = (uint8_t)ist,
		.type = (uint8_t)(GATE_INTERRUPT | dpl),
	};
}

/*
 * Ring 3 may name only these vectors with INT n; all others are #GP by their DPL. A first kernel
 * opens all exceptions, since INT3 needs it: then INT $2 runs the NMI handler.
 */
static unsigned dpl_of(unsigned vector)
{
	bool open = vector == VECTOR_BP || vector == VECTOR_OF || vector == VECTOR_SYSCALL;

	if (options.idt == IDT_NAIVE)
		open |= vector < EXCEPTIONS;
	return open ? GATE_DPL3 : 0;
}

static unsigned ist_of(unsigned vector)
{
	switch (vector) {
	case VECTOR_DB: return FT_STACK_EVENT1;
	case VECTOR_NMI: return FT_STACK_EVENT2;
	case VECTOR_DF: return FT_STACK_EVENT3;
	case VECTOR_MC: return FT_STACK_EVENT4;
	default: return 0;
	}
}

static const uint8_t *stub_of(unsigned vector)
{
	if (options.idt == IDT_NAIVE)
		return idt_naive_stubs + vector * STUB_SIZE;
	switch (vector) {
	case VECTOR_DB: return idt_stub_debug;
	case VECTOR_NMI: return idt_stub_nmi;
	case VECTOR_DF: return idt_stub_double_fault;
	case VECTOR_MC: return idt_stub_machine_check;
	default: return idt_stubs + vector * STUB_SIZE;
	}
}

static void prepare(void)
{
	struct cpu *cpu = this_cpu();
	bool naive = options.idt == IDT_NAIVE;

	idt_delivery.run_flags = naive ? FT_RUN_NAIVE : 0;
	idt_delivery.nmi_return = naive ? idt_naive_iret : idt_nmi_iret;
	for (unsigned vector = 0; vector < 256; vector++)
		set_gate(vector, stub_of(vector), ist_of(vector), dpl_of(vector));
	for (unsigned n = 1; n <= FT_STACK_EVENT4; n++)
		cpu->tss.ist[n - 1] = event_stack_top(cpu->id, n);
	idt_espfix_init();
	wrmsr(MSR_STAR, STAR_VALUE);
	wrmsr(MSR_LSTAR, (uint64_t)idt_syscall);
	wrmsr(MSR_CSTAR, 0); /* SYSCALL from compatibility mode has no business here */
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
};

void idt_load_stack(uint64_t top)
{
	this_cpu()->tss.rsp[0] = top;
}

/* MOV to GS also loads the base: swap ring 3's in, load it, swap it out again. */
void idt_load_user_gs(uint16_t selector)
{
	asm volatile("swapgs\n\tmov %w0, %%gs\n\tswapgs" : : "r"(selector) : "memory");
}
