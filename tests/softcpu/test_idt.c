// SPDX-License-Identifier: MIT
/* Before CR4.FRED is set: IDT delivery on the same processor. */
#include "guest.h"

static bool idt_fault(unsigned vector, uint64_t error)
{
	return events == 1 && VECTOR(seen[0]) == vector && seen[0].frame.error == error &&
	       seen[0].frame.rip == attempt_at;
}

static void enumeration(void)
{
	struct cpuid seven = cpuid(7, 1), soft = cpuid(SOFTCPU_CPUID, 0);

	check((seven.eax >> 17 & 3) == 3, "1: CPUID shows FRED and LKGS");
	check(cpuid(7, 0).eax >= 1, "1: CPUID leaf 7 has the subleaf");
	check(!(cpuid(0x80000001, 0).ecx & 4) && !cpuid(0x8000000a, 0).eax, "SVM is hidden");
	check(!(cpuid(7, 0).ebx & 1 << 20), "SMAP is hidden");
	check(soft.eax == SOFTCPU_HC_INJECT && soft.ebx == 0x74666f73 && soft.ecx == 0x46757063 &&
		      soft.edx == 0x00444552,
	      "softcpu.h: leaf SOFTCPU_CPUID");
	check(!(rdmsr(MSR_EFER) & 1 << 12), "EFER.SVME reads 0");
	ATTEMPT("vmrun %%rax", : "a"(0) : "memory");
	check(idt_fault(6, 0), "VMRUN is #UD");
	ATTEMPT("clgi", : "a"(0) : "memory");
	check(idt_fault(6, 0), "CLGI is #UD");
	ATTEMPT("vmmcall", : "a"(0x1234) : "memory");
	check(idt_fault(6, 0), "softcpu.h: VMMCALL with an unknown function is #UD");
	ATTEMPT("rdmsr", : "c"(0xc0010117) : "rax", "rdx");
	check(idt_fault(13, 0), "VM_HSAVE_PA is #GP");
	ATTEMPT("wrmsr", : "c"(MSR_EFER), "a"(0x1d01), "d"(0) : "memory");
	check(idt_fault(13, 0), "EFER.SVME cannot be set: #GP");
	ATTEMPT("rdmsr", : "c"(0x40000000) : "rax", "rdx");
	check(idt_fault(13, 0), "an MSR outside all ranges is #GP");
}

static void without_fred(void)
{
	uint64_t value, old = rdmsr(MSR_KERNEL_GS);

	ATTEMPT("ud2", : : "memory");
	check(idt_fault(6, 0), "IDT: #UD comes through the gate");
	ATTEMPT(".byte 0xf2, 0x0f, 0x01, 0xca", : : "memory");
	check(idt_fault(6, 0), "4: ERETS with CR4.FRED = 0 is #UD");
	ATTEMPT("mov (%1), %0", "=r"(value) : "r"(PAGE(20) + 8));
	check(idt_fault(14, 0), "IDT: #PF comes through the gate");
	ATTEMPT(".byte 0xf2, 0x0f, 0x00, 0xf0", : "a"(BASED_DS) : "memory"); /* LKGS AX */
	check(events == 0 && rdmsr(MSR_KERNEL_GS) == 0x12345678 && !rdmsr(MSR_GS),
	      "5: LKGS works without CR4.FRED");
	ATTEMPT(".byte 0xf2, 0x0f, 0x00, 0xf0", : "a"(0x1238) : "memory");
	check(idt_fault(13, 0x1238), "5: LKGS beyond the GDT is #GP(selector)");
	ATTEMPT(".byte 0x0f, 0x01, 0xc6", : "c"(MSR_KERNEL_GS), "a"(0x5678), "d"(0) : "memory");
	check(events == 0 && rdmsr(MSR_KERNEL_GS) == 0x5678, "1: WRMSRNS");
	wrmsr(MSR_KERNEL_GS, old);
	ATTEMPT("mov %0, %%cr4", : "r"(read_cr4() | 1ull << 33) : "memory");
	check(idt_fault(13, 0), "1: CR4 bit 33 is reserved");
	ATTEMPT("mov %0, %%cr4", : "r"(read_cr4() & ~0x20ull) : "memory");
	check(idt_fault(13, 0), "CR4.PAE cannot be cleared in long mode");
}

static volatile int in_handler[8];

/* the first NMI sends a second and then does what IDT cannot survive: a #UD with its IRET */
static bool nmi_twice(struct saved *s, bool user)
{
	static int count;
	int vector = s->frame.error >> 32;

	(void)user;
	if (vector != 2)
		return false;
	if (count++)
		return true;
	in_handler[0] = status;
	send_nmi();
	for (volatile int i = 0; i < 1000; i++)
		;
	in_handler[1] = status;
	in_handler[2] = events;
	__asm__ volatile("movq $1f, attempt_at\n\tmovq $2f, resume_at\n1:\tud2\n2:\t"
			 "mov events, %0"
			 : "=r"(in_handler[3])
			 :
			 : "memory");
	in_handler[4] = status;
	return true;
}

static void nmi_blocking(void)
{
	on_event = nmi_twice;
	events = 0;
	check_equal(status, 0, "status word: neither blocked nor pending");
	send_nmi();
	for (volatile int i = 0; i < 1000; i++)
		;
	check_equal(in_handler[0], SOFTCPU_NMI_BLOCKED, "status word in an NMI handler: blocked");
	check(in_handler[1] == 3 && in_handler[2] == 1,
	      "IDT: a second NMI waits while the first is handled; status says pending");
	check(in_handler[3] == 3 && in_handler[4] == 0 && VECTOR(seen[1]) == 6 &&
		      VECTOR(seen[2]) == 2,
	      "6.4: the IRET of a #UD inside the handler lets the second NMI in");
	check(seen[2].frame.rip == resume_at, "6.4: at once, behind that IRET");
	check_equal(hypercall(SOFTCPU_HC_NMI_STATE, 0), 0, "hypercall: NMI state");
	on_event = NULL;
}

static volatile int steps;

static bool step(struct saved *s, bool user)
{
	(void)user;
	if (s->frame.error >> 32 != 1)
		return false;
	if (++steps == 4)
		s->frame.rflags &= ~0x100ull;
	return true;
}

static void single_step(void)
{
	extern uint8_t idt_step_cpuid[];

	on_event = step;
	events = 0;
	steps = 0;
	__asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq; nop; cpuid\n"
			 "idt_step_cpuid: nop; nop; nop"
			 :
			 : "a"(0)
			 : "rbx", "rcx", "rdx", "memory");
	check(events == 4 && seen[1].frame.rip == (uint64_t)idt_step_cpuid,
	      "IDT: a single step over CPUID traps right behind it");
	on_event = NULL;
}

void test_idt(void)
{
	group("enumeration");
	enumeration();
	group("IDT delivery");
	without_fred();
	nmi_blocking();
	single_step();
}
