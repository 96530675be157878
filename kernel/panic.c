/* SPDX-License-Identifier: MIT */
/* Panic, decoded frames, and a backtrace that crosses entry code. */
#include "panic.h"
#include "console.h"
#include "cpu.h"
#include "event.h"
#include "exit.h"
#include "format.h"
#include "frame.h"
#include "kernel/trace/drain.h"
#include "kernel/trace/record.h"
#include "memory.h"
#include "task.h"

#define BACKTRACE_LIMIT 256

extern const char entry_begin[], entry_end[];

/* Made by tools/ksymbols from the linked kernel: sorted, the last one past the end. */
struct ksymbol {
	uint64_t address;
	const char *name;
};
extern const struct ksymbol ksymbols[];
extern const uint64_t ksymbols_count;

void symbol_name(uint64_t address, char *text, unsigned size)
{
	uint64_t low = 0, high = ksymbols_count;

	while (low < high) {
		uint64_t middle = (low + high) / 2;

		if (ksymbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || low == ksymbols_count)
		format_text(text, size, "?");
	else
		format_text(text, size, "%s+0x%lx", ksymbols[low - 1].name,
			    address - ksymbols[low - 1].address);
}

static void print_call(uint64_t rip)
{
	char name[64];

	symbol_name(rip, name, sizeof(name));
	printk("    %016lx %s\n", rip, name);
}

/* A recursion fills a screen with one line: say it once. */
static void print_again(unsigned repeats)
{
	if (repeats)
		printk("    ... the same %u times more\n", repeats);
}

static bool readable(uint64_t address)
{
	return address % 8 == 0 && address >= USER_END &&
	       ((address >= KERNEL_BASE + KERNEL_PHYS) || page_entry(kernel_pml4, address));
}

void backtrace(uint64_t rip, uint64_t rbp)
{
	unsigned repeats = 0;

	print_call(rip);
	for (int i = 0; i < BACKTRACE_LIMIT && readable(rbp) && readable(rbp + 8); i++) {
		const uint64_t *link = (const uint64_t *)rbp;

		if (!link[1])
			break;
		if (link[1] == rip) {
			repeats++;
			rbp = link[0];
			continue;
		}
		print_again(repeats);
		repeats = 0;
		rip = link[1];
		if (rip >= (uint64_t)entry_begin && rip < (uint64_t)entry_end &&
		    readable(rbp + 16)) {
			/* Entry code called this function with the frame on top of its stack */
			const struct trap_frame *frame = (const struct trap_frame *)(rbp + 16);

			printk("    -------- %s\n", event_name(frame));
			if (frame_from_user(frame)) {
				printk("    %016lx in user code\n", frame->rip);
				break;
			}
			print_call(frame->rip);
			rbp = frame->rbp;
			continue;
		}
		print_call(rip);
		rbp = link[0];
	}
	print_again(repeats);
}

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
	trace_end(EXIT_PANIC);
	trace_drain();
	machine_exit(EXIT_PANIC);
}

/* A panic inside a panic must not loop: it ends at once. */
static void enter(void)
{
	static int panics;

	interrupts_off();
	if (panics++)
		machine_exit(EXIT_PANIC);
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
	if (!frame_from_user(frame))
		backtrace(frame->rip, frame->rbp);
	finish();
}
