// SPDX-License-Identifier: MIT
/*
 * What a guest might do that would make softcpu itself fail: it must answer as the processor
 * does, and be there for the next test.
 */
#include "guest.h"

#define MSR_PKRS      0x6e1u
#define CR4_PKS	      (1ull << 24)
#define SOFTCPU_AT_VM 0xfffffd0000000000ull /* layout.h: where softcpu runs */
#define DR7_EXECUTE0  0x401ull

extern uint64_t gdt[];
extern uint8_t softcpu_bin[], softcpu_bin_end[];

static bool is_gp(void)
{
	return events == 1 && TYPE(seen[0]) == 3 && VECTOR(seen[0]) == 13 && !seen[0].frame.error &&
	       seen[0].frame.rip == attempt_at;
}

/* An MSR that softcpu does not know: the machine's own checks count */
static void wrmsrns(void)
{
	ATTEMPT(".byte 0x0f, 0x01, 0xc6", : "c"(0x40000000), "a"(0), "d"(0) : "memory");
	check(is_gp(), "WRMSRNS to an MSR outside all ranges is #GP, as WRMSR");
	ATTEMPT("wrmsr", : "c"(MSR_PKRS), "a"(0), "d"(1) : "memory");
	if (!events) {
		print("# the machine's WRMSR refuses nothing that could be tried\n");
		return;
	}
	ATTEMPT(".byte 0x0f, 0x01, 0xc6", : "c"(MSR_PKRS), "a"(0), "d"(1) : "memory");
	check(is_gp(), "WRMSRNS is #GP where the machine's WRMSR is");
}

/* A 64-bit CS with D set: TCG loads it by a far jump, and VMRUN would refuse it */
static void long_and_big(void)
{
	static struct {
		uint32_t offset;
		uint16_t selector;
	} __attribute__((packed)) far = {0, 0x70};
	extern uint8_t big_landed[];
	uint64_t old = gdt[14];

	gdt[14] = 0x00ef9b000000ffff;
	far.offset = (uint32_t)(uint64_t)big_landed;
	ATTEMPT("ljmp *(%0)\nbig_landed: cpuid\n\tpushq $0x18; pushq $big_back; lretq\nbig_back:",
		: "r"(&far)
		: "rax", "rbx", "rcx", "rdx", "memory");
	check(events == 0 || (events == 1 && VECTOR(seen[0]) == 13),
	      "a CS with L and D: refused at once or not at all");
	gdt[14] = old;
}

/* the code right behind VMRUN, which runs after every exit */
static uint64_t behind_vmrun(void)
{
	for (uint8_t *p = softcpu_bin; p + 3 < softcpu_bin_end; p++)
		if (p[0] == 0x0f && p[1] == 0x01 && p[2] == 0xd8)
			return SOFTCPU_AT_VM + (uint64_t)(p - softcpu_bin) + 3;
	return 0;
}

/* QEMU looks for instruction breakpoints by address alone, whoever runs there */
static void breakpoint_in_softcpu(void)
{
	uint64_t at = behind_vmrun();

	check(at != 0, "there is a VMRUN in the image");
	__asm__ volatile("mov %0, %%dr0; mov %1, %%dr7" : : "r"(at), "r"(DR7_EXECUTE0));
	events = 0;
	cpuid(0, 0);
	__asm__ volatile("mov %0, %%dr7; mov %1, %%dr0" : : "r"(0x400ull), "r"(0ull));
	check(events == 0, "a breakpoint at an address of softcpu's");
}

#define VGA_MEMORY 0xb9000ull
#define NO_DEVICE  0xfed80000ull

static void undefined_onto(uint64_t stack)
{
	extern uint8_t stackless_page[];

	wrmsr(FRED_RSP(1), stack);
	wrmsr(FRED_LEVELS, 1ull << 12);
	wrmsr(FRED_CONFIG, (uint64_t)stackless_page);
	ATTEMPT("mov %%rsp, stackless_rsp; movq $3f, attempt_at\n3:\tud2", : : "memory");
	fred_defaults();
}

static void mmio_stack(void)
{
	const volatile struct frame *frame = (const struct frame *)(VGA_MEMORY - 64);

	undefined_onto(VGA_MEMORY);
	check(frame->rip == attempt_at && frame->ss >> 32 == 0x2030006,
	      "a stack in a device's memory takes the frame");
	undefined_onto(NO_DEVICE);
	check(true, "a stack where no device answers: the frame is lost, nothing else");
	undefined_onto(PAGE(2));
	check(((struct frame *)PAGE(2))[-1].rip == attempt_at, "and memory again");
}

static void paging_off_and_on(void)
{
	uint32_t cr0_off, efer_off;
	uint64_t old = gdt[14];

	gdt[14] = 0x00cf9b000000ffff;
	fred_off();
	__asm__ volatile("mov %%rsp, %%r15; push $0x70; push $1f; lretq\n\t.code32\n"
			 "1:\tmov %%cr0, %%eax; btr $31, %%eax; mov %%eax, %%cr0; jmp 2f\n"
			 "2:\tmov %%cr0, %%ebx\n\t"
			 "mov $0xc0000080, %%ecx; rdmsr; mov %%eax, %%esi\n\t"
			 "mov %%cr0, %%eax; bts $31, %%eax; mov %%eax, %%cr0; jmp 3f\n"
			 "3:\tljmp $0x18, $4f\n\t.code64\n4:\tmov %%r15, %%rsp"
			 : "=b"(cr0_off), "=S"(efer_off)
			 :
			 : "rax", "rcx", "rdx", "r15", "memory");
	fred_on();
	check(!(cr0_off >> 31) && !(efer_off & 1 << 10),
	      "out of long mode: CR0.PG and EFER.LMA clear");
	check(rdmsr(MSR_EFER) & 1 << 10, "and into it again");
	gdt[14] = old;
}

void test_hostile(void)
{
	group("a hostile guest");
	wrmsrns();
	long_and_big();
	breakpoint_in_softcpu();
	mmio_stack();
	paging_off_and_on();
}
