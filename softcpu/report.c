// SPDX-License-Identifier: MIT
/* The last words, on COM1, and the shutdown that a processor would go into. */
#include "image.h"

#define COM1 0x3f8

static void put(char c)
{
	for (int patience = 100000; patience && !(inb(COM1 + 5) & 0x20); patience--)
		;
	outb(COM1, c);
}

static void print(const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			put('\r');
		put(*text);
	}
}

static void print_hex(const char *name, uint64_t value, unsigned digits)
{
	print(name);
	while (digits--)
		put("0123456789abcdef"[value >> (4 * digits) & 15]);
}

static void print_fred(const struct cpu *cpu)
{
	print_hex("\nsoftcpu:  stack level ", csl(cpu), 1);
	print_hex(" config ", cpu->config, 16);
	print_hex(" levels ", cpu->levels, 16);
	for (int i = 0; i < 4; i++)
		print_hex(i ? " " : "\nsoftcpu:  rsp0..3 ", cpu->rsp[i], 16);
}

static void print_idt(const struct vmcb *v)
{
	print_hex("\nsoftcpu:  idt ", v->idtr.base, 16);
	print_hex(" limit ", v->idtr.limit, 4);
	print_hex(" gdt ", v->gdtr.base, 16);
	print_hex(" limit ", v->gdtr.limit, 4);
}

static void print_guest(const struct cpu *cpu)
{
	static const char names[16][6] = {" rax ", " rcx ", " rdx ", " rbx ", " rsp ", " rbp ",
					  " rsi ", " rdi ", " r8  ", " r9  ", " r10 ", " r11 ",
					  " r12 ", " r13 ", " r14 ", " r15 "};
	const struct vmcb *v = cpu->vmcb;

	print_hex("softcpu:  rip ", v->rip, 16);
	print_hex(" cs ", v->cs.selector, 4);
	print_hex(" rflags ", v->rflags, 8);
	print_hex(" ss ", v->ss.selector, 4);
	print_hex("\nsoftcpu:  cr0 ", v->cr0, 8);
	print_hex(" cr2 ", v->cr2, 16);
	print_hex(" cr3 ", v->cr3, 16);
	print_hex(" cr4 ", v->cr4 | (cpu->fred ? CR4_FRED : 0), 16);
	if (cpu->fred)
		print_fred(cpu);
	else
		print_idt(v);
	print(cpu->nmi_blocked ? " NMIs blocked" : "");
	print(cpu->nmi_pending ? " NMI pending" : "");
	for (int i = 0; i < 16; i++)
		print_hex(i % 4	       ? names[i]
			  : i / 4 == 0 ? "\nsoftcpu:  rax "
			  : i / 4 == 1 ? "\nsoftcpu:  rsp "
			  : i / 4 == 2 ? "\nsoftcpu:  r8  "
				       : "\nsoftcpu:  r12 ",
			  cpu->reg[i], 16);
	print("\n");
}

/* With no IDT, any event is a triple fault: the machine's own, as the guest had asked for. */
static _Noreturn void shut_down(void)
{
	struct table_register none = {0};

	__asm__ volatile("lidt %0; stgi; int3" : : "m"(none));
	for (;;)
		__asm__ volatile("hlt");
}

static void print_name(const struct event *e)
{
	static const char names[22][4] = {"#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM",
					  "#DF", "9",	"#TS", "#NP", "#SS", "#GP", "#PF", "15",
					  "#MF", "#AC", "#MC", "#XM", "#VE", "#CP"};

	if (e->type == EVENT_INTERRUPT)
		print("interrupt");
	else if (e->type == EVENT_INT_N)
		print("INT n");
	else if (e->type == EVENT_OTHER)
		print(e->vector == 1 ? "SYSCALL" : "SYSENTER");
	else if (e->vector < 22)
		for (int i = 0; i < 4 && names[e->vector][i]; i++)
			put(names[e->vector][i]);
	else
		print("exception");
}

static void print_event(const char *which, const struct event *e)
{
	print(which);
	print_name(e);
	print_hex(", type ", e->type, 1);
	print_hex(" vector ", e->vector, 2);
	print_hex(" error ", e->error, 4);
	print_hex(" data ", e->data, 16);
}

void report_triple_fault(struct cpu *cpu)
{
	print("\nsoftcpu: triple fault under ");
	print(cpu->fred ? "FRED" : "IDT delivery");
	print_hex(", the guest's rip ", cpu->vmcb->rip, 16);
	if (cpu->fred) {
		print_event("\nsoftcpu:  first event ", &cpu->first_event);
		print_event("\nsoftcpu:  last event ", &cpu->last_event);
	} else {
		print_hex("\nsoftcpu:  last injection ", cpu->vmcb->exit_int_info, 8);
	}
	print("\n");
	print_guest(cpu);
	shut_down();
}

void surprise(struct cpu *cpu, const char *what, uint64_t number)
{
	print("\nsoftcpu: ");
	print(what);
	print_hex(" ", number, 16);
	print_hex(" (exit ", cpu->vmcb->exit_code, 8);
	print_hex(" info ", cpu->vmcb->exit_info1, 16);
	print_hex(" ", cpu->vmcb->exit_info2, 16);
	print(")\n");
	print_guest(cpu);
	shut_down();
}

/* An exception in softcpu itself: `stack` is vector, then the CPU's frame. */
void internal_fault(const uint64_t *stack, uint64_t cr2)
{
	uint8_t vector = stack[0];
	bool has_error = has_error_code(vector);

	print_hex("\nsoftcpu: internal fault, vector ", vector, 2);
	print_hex(" at ", stack[has_error ? 2 : 1], 16);
	print_hex(" cr2 ", cr2, 16);
	print_hex(" error ", has_error ? stack[1] : 0, 4);
	surprise(&cpu0, "was handling", cpu0.vmcb->exit_code);
}
