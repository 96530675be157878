/* SPDX-License-Identifier: MIT */
/* Panic, with the frame decoded and the registers that say whose GS it was. */
#include "panic.h"
#include "backtrace.h"
#include "console.h"
#include "cpu.h"
#include "event.h"
#include "exit.h"
#include "format.h"
#include "frame.h"
#include "percpu.h"
#include "kernel/trace/drain.h"
#include "kernel/trace/record.h"
#include "symbols.h"

void print_frame(const struct trap_frame *f)
{
	char name[64];

	symbol_name(f->rip, name, sizeof(name));
	printk("  %s, type %u vector %u, frame at %016lx, stack level %lu before it%s\n",
	       event_name(f), frame_type(f), frame_vector(f), f->where, f->cs >> 16 & 3,
	       f->ss & FRAME_SS_NESTED ? ", nested" : "");
	printk("  +00 error  %016lx\n  +08 rip    %016lx %s\n  +10 cs     %016lx\n", f->error,
	       f->rip, name, f->cs);
	printk("  +18 rflags %016lx\n  +20 rsp    %016lx\n  +28 ss     %016lx\n", f->rflags, f->rsp,
	       f->ss);
	printk("  +30 data   %016lx\n", f->data);
	printk("  rax %016lx rbx %016lx rcx %016lx rdx %016lx\n", f->rax, f->rbx, f->rcx, f->rdx);
	printk("  rsi %016lx rdi %016lx rbp %016lx r8  %016lx\n", f->rsi, f->rdi, f->rbp, f->r8);
	printk("  r9  %016lx r10 %016lx r11 %016lx r12 %016lx\n", f->r9, f->r10, f->r11, f->r12);
	printk("  r13 %016lx r14 %016lx r15 %016lx\n", f->r13, f->r14, f->r15);
}

static void finish(void) __attribute__((noreturn));
static void finish(void)
{
	trace_drain_by_force();
	trace_end(EXIT_PANIC);
	trace_drain_by_force();
	machine_exit(EXIT_PANIC);
}

static uint64_t gs_base, kernel_gs_base; /* as the panic found them */

/* A panic inside a panic must not loop: it ends at once. With ring 3's GS nothing could be
 * recorded. */
static void enter(void)
{
	static int panics;

	interrupts_off();
	if (panics++)
		machine_exit(EXIT_PANIC);
	gs_base = rdmsr(MSR_GS_BASE);
	kernel_gs_base = rdmsr(MSR_KERNEL_GS_BASE);
	wrmsr(MSR_GS_BASE, (uint64_t)this_cpu_without_gs());
}

static void print_gs(void)
{
	bool kernels = gs_base == (uint64_t)this_cpu_without_gs();

	printk("  gs base %016lx, %s; kernel gs %016lx\n", gs_base,
	       kernels ? "the kernel's" : "NOT the kernel's: a SWAPGS too many or too few",
	       kernel_gs_base);
}

void panic(const char *format, ...)
{
	char text[256];
	va_list args;

	enter();
	va_start(args, format);
	format_text_list(text, sizeof(text), format, args);
	va_end(args);
	printk("\nfredlab: PANIC: %s\n", text);
	backtrace((uint64_t)__builtin_return_address(0), *(uint64_t *)__builtin_frame_address(0));
	finish();
}

void panic_frame(const struct trap_frame *frame, const char *why)
{
	enter();
	printk("\nfredlab: PANIC: %s\n", why);
	print_frame(frame);
	print_gs();
	if (!frame_from_user(frame))
		backtrace(frame->rip, frame->rbp);
	finish();
}
