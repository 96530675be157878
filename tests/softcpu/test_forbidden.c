// SPDX-License-Identifier: MIT
/* fred-reference.md section 5. What SVM cannot intercept is a known failure, not a pass. */
#include "guest.h"

extern uint64_t gdt[];

static bool is_ud(void)
{
	return events == 1 && TYPE(seen[0]) == 3 && VECTOR(seen[0]) == 6;
}

static bool is_gp(uint64_t error)
{
	return events == 1 && TYPE(seen[0]) == 3 && VECTOR(seen[0]) == 13 &&
	       seen[0].frame.error == error;
}

static void undefined(void)
{
	ATTEMPT("sysretq", : "c"(0) : "memory", "r11");
	check(is_ud(), "5: SYSRET is #UD");
	ATTEMPT("sysexitl", : : "memory");
	check(is_ud(), "5: SYSEXIT is #UD");
	ATTEMPT(".byte 0xf3, 0x0f, 0x01, 0xe8", : : "memory");
	check(is_ud(), "5: SETSSBSY is #UD");
	ATTEMPT("swapgs", : : "memory");
	known_failure(is_ud(), "5: SWAPGS is #UD (SVM has no intercept for it)");
	if (!events)
		__asm__ volatile("swapgs");
	ATTEMPT(".byte 0xf3, 0x0f, 0xae, 0x30", : "a"(PAGE(6)), "d"(0) : "memory");
	check(is_ud(), "5: CLRSSBSY is #UD");
	ATTEMPT("sysenter", : : "memory");
	check(events == 1 && TYPE(seen[0]) == 7 && VECTOR(seen[0]) == 2 && LENGTH(seen[0]) == 2,
	      "2: SYSENTER is type 7, vector 2, whatever its MSRs hold");
}

/* GDT entry 10h becomes what the test needs */
static void gates(void)
{
	extern uint8_t through_gate[];
	static struct {
		uint32_t offset;
		uint16_t selector;
	} __attribute__((packed)) far = {0, 0x10};
	static uint64_t old[2];
	uint64_t to = (uint64_t)through_gate, cs;

	old[0] = gdt[14];
	old[1] = gdt[15];
	far.selector = 0x70;
	gdt[14] = (to & 0xffff) | (uint64_t)KERNEL_CS << 16 | 0x8cull << 40 |
		  (to >> 16 & 0xffff) << 48;
	gdt[15] = 0;
	ATTEMPT("lcall *(%0)\n\tjmp 3f\nthrough_gate: lretq\n3:", : "r"(&far) : "memory");
	known_failure(is_gp(0x70), "5: a far CALL through a call gate is #GP (no intercept)");
	gdt[14] = old[0];
	gdt[15] = old[1];
	old[0] = gdt[2];
	gdt[2] = 0x00cf9a000000ffff;
	ATTEMPT("mov %%rsp, %%r15; push $0x10; push $ring0_32; lretq\n\t.code32\n"
		"ring0_32: ljmp $0x18, $ring0_64\n\t.code64\nring0_64: mov %%cs, %0; mov %%r15, "
		"%%rsp",
		"=r"(cs)
		:
		: "r15", "memory");
	known_failure(is_gp(0x10), "5: loading a 32-bit CS in ring 0 is #GP (no intercept)");
	gdt[2] = old[0];
}

static void iret_checks(void)
{
	events = 0;
	__asm__ volatile("movq $1f, attempt_at; movq $2f, resume_at; mov %%rsp, %%r15\n\t"
			 "push $0x33; push %%r15; pushq $2; push $0x3b; push $2f\n"
			 "1:\tiretq\n2:\tmov %%r15, %%rsp"
			 :
			 :
			 : "r15", "memory");
	check(is_gp(0x38), "5: IRET that would change the ring is #GP");
	ATTEMPT("mov %%rsp, %%r15; push $0x20; push %%r15; pushq $0x202; push $0x18; push "
		"$iret_ok\n\t"
		"iretq; ud2\niret_ok: pushfq; pop %0; cli",
		"=r"(seen[0].tsc)
		:
		: "r15", "memory");
	check(events == 0 && seen[0].tsc == 0x202, "5: IRET within ring 0 works");
	events = 0;
	__asm__ volatile("movq $1f, attempt_at; movq $2f, resume_at; mov %%rsp, %%r15\n\t"
			 "push $0x20; push %%r15; pushq $2; push $0x2b - 3 + 0x1200; push $2f\n"
			 "1:\tiretq\n2:\tmov %%r15, %%rsp"
			 :
			 :
			 : "r15", "memory");
	check(is_gp(0x1228), "IRET to a selector beyond the GDT is #GP(selector)");
}

static void lkgs(void)
{
	static uint16_t selector = BASED_DS;
	uint64_t kgs;

	wrmsr(MSR_KERNEL_GS, 0);
	/* LKGS [RAX + RCX * 4 + 16] */
	ATTEMPT(".byte 0xf2, 0x0f, 0x00, 0x74, 0x88, 0x10",
		: "a"((uint64_t)&selector - 36), "c"(5)
		: "memory");
	check(events == 0 && rdmsr(MSR_KERNEL_GS) == 0x12345678, "5: LKGS from memory");
	__asm__ volatile("mov %%gs, %0" : "=r"(kgs));
	check_equal(kgs & 0xffff, BASED_DS, "5: LKGS loads the selector");
	ATTEMPT(".byte 0xf2, 0x0f, 0x00, 0x30", : "a"(PAGE(20)) : "memory");
	check(events == 1 && VECTOR(seen[0]) == 14 && seen[0].frame.data == PAGE(20),
	      "5: LKGS from an absent page is #PF");
	ATTEMPT(".byte 0xf2, 0x0f, 0x00, 0xf0", : "a"(0) : "memory");
	check(events == 0 && !rdmsr(MSR_KERNEL_GS), "5: LKGS of the null selector: base 0");
	ATTEMPT(".byte 0xf2, 0x0f, 0x00, 0xf0", : "a"(0x73) : "memory");
	check(events == 1 && VECTOR(seen[0]) == 11 && seen[0].frame.error == 0x70,
	      "5: LKGS of a segment that is not present is #NP");
	ATTEMPT(".byte 0xf2, 0x41, 0x0f, 0x00, 0xf2; xor %%r10d, %%r10d",
		: "a"(0)
		: "r10", "memory");
	ATTEMPT("mov $0x43, %%r10d\n\t.byte 0xf2, 0x41, 0x0f, 0x00, 0xf2", : : "r10", "memory");
	check(events == 0 && rdmsr(MSR_KERNEL_GS) == 0x12345678, "5: LKGS R10W");
	__asm__ volatile("mov %0, %%gs" : : "r"(0));
	wrmsr(MSR_KERNEL_GS, 0);
	wrmsr(MSR_GS, 0);
}

static bool debug(struct saved *s, bool user)
{
	(void)user;
	if ((s->frame.ss >> 32 & 255) != 1)
		return false;
	s->frame.rflags &= ~0x100ull;
	s->frame.rflags |= 0x10000;
	return true;
}

static void debug_events(void)
{
	extern uint8_t db_code[];
	static volatile uint64_t watched;
	uint64_t dr6;

	on_event = debug;
	__asm__ volatile("mov %0, %%dr6; mov %1, %%dr0; mov %2, %%dr1"
			 :
			 : "r"(0xffff0ff0ull), "r"(db_code), "r"(&watched));
	__asm__ volatile("mov %0, %%dr7" : : "r"(0x400ull | 1 | 4 | 1 << 20 | 2 << 22));
	events = 0;
	__asm__ volatile("nop\ndb_code: nop; nop" : : : "memory");
	check(events == 1 && VECTOR(seen[0]) == 1 && seen[0].frame.data == 1 &&
		      seen[0].frame.rip == (uint64_t)db_code,
	      "3: an instruction breakpoint: event data B0; RF gets past it");
	watched = 1;
	check(events == 2 && seen[1].frame.data == 2, "3: a data breakpoint: event data B1 alone");
	__asm__ volatile("mov %%dr6, %0" : "=r"(dr6));
	check_equal(dr6, 0xffff0ff2, "3: DR6 is still written");
	/* TCG 7.2 shows a data breakpoint again with the next step: off with it */
	__asm__ volatile("mov %0, %%dr7" : : "r"(0x400ull));
	events = 0;
	__asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq; nop; nop" : : : "memory");
	check(events == 1 && seen[0].frame.data == 0x4000, "3: single step: event data BS alone");
	__asm__ volatile("mov %%dr6, %0" : "=r"(dr6));
	check(dr6 & 0x4000, "3: and DR6.BS");
	__asm__ volatile("mov %0, %%dr7" : : "r"(0x2400ull));
	ATTEMPT("mov %%dr0, %0", "=r"(dr6) : : "memory");
	check(events == 1 && seen[0].frame.data == 0x2000 && seen[0].frame.rip == attempt_at,
	      "3: a debug register access with DR7.GD: event data BD");
	ATTEMPT("mov %%dr7, %0", "=r"(dr6) : : "memory");
	check(events == 0 && dr6 == 0x400, "3: #DB clears DR7.GD");
	__asm__ volatile("mov %0, %%dr7; mov %1, %%dr6; mov %%dr6, %1"
			 :
			 : "r"(0x400ull), "r"(0xffff0ff0ull));
	on_event = NULL;
}

void test_forbidden(void)
{
	group("what FRED forbids, LKGS, #DB");
	undefined();
	gates();
	iret_checks();
	lkgs();
	debug_events();
}
