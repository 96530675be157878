/* SPDX-License-Identifier: MIT */
/* From boot.S to the first task: the order in which the kernel comes to life. */
#include "apic.h"
#include "boot_info.h"
#include "console.h"
#include "cpu.h"
#include "delivery.h"
#include "engine.h"
#include "exit.h"
#include "fw_cfg.h"
#include "kernel/trace/drain.h"
#include "kernel/workloads/list.h"
#include "kernel/workloads/run.h"
#include "library.h"
#include "options.h"
#include "pages.h"
#include "panic.h"
#include "percpu.h"
#include "schedule.h"
#include "task.h"

void kernel_main(uint32_t magic, uint32_t information);

static char fw_cfg_text[BOOT_CMDLINE];

/* GRUB's line, then fw_cfg's: the later one wins. */
static void read_options(void)
{
	if (!options_parse(boot_info.cmdline))
		machine_exit(EXIT_BAD_OPTION);
	if (fw_cfg_cmdline(fw_cfg_text, sizeof(fw_cfg_text)) && !options_parse(fw_cfg_text))
		machine_exit(EXIT_BAD_OPTION);
	if (!workload_find(options.workload)) {
		if (strcmp(options.workload, "help") != 0)
			printk("fredlab: unknown workload '%s'; ", options.workload);
		workloads_print();
		machine_exit(EXIT_BAD_OPTION);
	}
}

/* boot.S has switched it on, if it is there. */
static void need_nx(void)
{
	if (rdmsr(MSR_EFER) & EFER_NXE)
		return;
	printk("fredlab: the CPU has no NX (CPUID.80000001H:EDX[20]), which the page tables need; "
	       "start QEMU with -cpu max,-smap\n");
	machine_exit(EXIT_PANIC);
}

static void need_fred(void)
{
	if (options.delivery == DELIVERY_IDT || engine() != FT_ENGINE_NONE)
		return;
	printk("fredlab: delivery=%s needs FRED, and %s; delivery=idt runs\n",
	       options.delivery == DELIVERY_FRED ? "fred" : "both", engine_why_not());
	machine_exit(EXIT_NO_FRED);
}

static void idle(void)
{
	for (;;) {
		interrupts_off();
		schedule();
		/* STI holds interrupts back for one instruction: none is missed before HLT */
		asm volatile("sti; hlt" : : : "memory");
	}
}

/* Made ready by event_leave() when a quarter of the ring waits. */
static void drainer(void)
{
	for (;;) {
		trace_drain();
		interrupts_off();
		this_cpu()->current->state = TASK_WAITING;
		schedule();
		interrupts_on();
	}
}

static void start_tasks(void)
{
	struct task *first;

	cpus[0].idle = task_new_kernel("idle", idle);
	cpus[0].drainer = task_new_kernel("drain", drainer);
	first = task_new_kernel("main", workload_main);
	task_start_first(first);
}

void kernel_main(uint32_t magic, uint32_t information)
{
	console_init();
	need_nx();
	if (!boot_info_read(magic, information)) {
		printk("fredlab: not started by a multiboot2 loader (magic %x)\n", magic);
		machine_exit(EXIT_PANIC);
	}
	pages_init();
	memory_init();
	percpu_init(0);
	tasks_init();
	delivery_use(&idt_delivery); /* events of early boot have somewhere to go */
	read_options();
	engine_init();
	need_fred();
	apic_init();
	if (!trace_init())
		machine_exit(EXIT_BAD_OPTION);
	printk("fredlab: engine %s, trace by %s, NMI state %s\n", engine_name(), trace_transport(),
	       cpus[0].nmi_observed ? "observed" : "inferred");
	start_tasks();
}
