// SPDX-License-Identifier: MIT
/* Event delivery from ring 0: fred-reference.md sections 2 and 3. */
#include "guest.h"

static bool frame_is(unsigned type, unsigned vector, unsigned length, uint64_t rip)
{
	const struct frame *f = &seen[0].frame;

	return events == 1 && !seen[0].user && TYPE(seen[0]) == type && VECTOR(seen[0]) == vector &&
	       LENGTH(seen[0]) == length && f->rip == rip && f->cs == KERNEL_CS &&
	       (uint16_t)f->ss == KERNEL_SS && f->ss & SS_LONG && !f->zero && !(seen[0].at & 63);
}

static bool fault_is(unsigned vector, uint64_t error, uint64_t data)
{
	return frame_is(3, vector, 0, attempt_at) && seen[0].frame.error == error &&
	       seen[0].frame.data == data && seen[0].frame.rflags & 1 << 16;
}

static void faults(void)
{
	uint64_t rsp, value;

	ATTEMPT("ud2", : : "memory");
	check(fault_is(6, 0, 0), "2: #UD is type 3, vector 6, error 0, data 0, RF set");
	__asm__ volatile("mov %%rsp, %0" : "=r"(rsp));
	check(seen[0].frame.rsp == rsp && seen[0].at == (rsp & ~63ull) - 64,
	      "3: the same stack goes on, aligned to 64 bytes");
	ATTEMPT("mov %%cx, %%ds", : "c"(0x1238) : "memory");
	check(fault_is(13, 0x1238, 0), "2: #GP has the selector as error code");
	ATTEMPT("mov (%1), %0", "=r"(value) : "r"(PAGE(20) + 8));
	check(fault_is(14, 0, PAGE(20) + 8), "3: #PF read: error 0, event data = address");
	__asm__ volatile("mov %%cr2, %0" : "=r"(value));
	check_equal(value, PAGE(20) + 8, "3: CR2 is still written");
	map_page(1, 1);
	ATTEMPT("mov %0, (%1)", : "r"(value), "r"(PAGE(1)) : "memory");
	check(fault_is(14, 3, PAGE(1)), "2: #PF write to a read-only page: error 3");
	map_page(1, 3);
	ATTEMPT("div %%ecx", "=a"(value) : "c"(0), "a"(1), "d"(0));
	check(fault_is(0, 0, 0), "2: #DE");
	__asm__ volatile("mov %%cr0, %0" : "=r"(value));
	__asm__ volatile("mov %0, %%cr0" : : "r"(value | 8));
	ATTEMPT("fnop", : : "memory");
	__asm__ volatile("clts");
	check(fault_is(7, 0, 0), "3: #NM: event data 0");
	ATTEMPT("mov (%1), %0", "=r"(value) : "r"(1ull << 50));
	check(fault_is(13, 0, 0), "2: a non-canonical address is #GP(0)");
}

/* the software events, whose frames point behind the instruction */
static bool trap_is(unsigned type, unsigned vector, unsigned length)
{
	return frame_is(type, vector, length, resume_at) && !seen[0].frame.error &&
	       !seen[0].frame.data && !(seen[0].frame.rflags & 1 << 16) &&
	       !(seen[0].frame.ss & SS_SOFT) == (type != 4 && type != 7);
}

static void traps(void)
{
	ATTEMPT("int3", : : "memory");
	check(trap_is(6, 3, 1), "2: INT3");
	ATTEMPT(".byte 0x3e, 0xcc", : : "memory");
	check(trap_is(6, 3, 2), "3: INT3 with a prefix has length 2");
	ATTEMPT("int $0x99", : : "memory");
	check(trap_is(4, 0x99, 2), "2: INT n");
	ATTEMPT(".byte 0x2e, 0x66, 0xcd, 0x99", : : "memory");
	check(trap_is(4, 0x99, 4), "3: INT n with two prefixes has length 4");
	ATTEMPT(".byte 0xf1", : : "memory");
	check(trap_is(5, 1, 1), "2: INT1");
	ATTEMPT("syscall", : : "rcx", "r11", "memory");
	check(trap_is(7, 1, 2), "2: SYSCALL from ring 0");
	ATTEMPT(".byte 0x48, 0x0f, 0x05", : : "rcx", "r11", "memory");
	check(trap_is(7, 1, 3), "3: REX SYSCALL has length 3");
}

static void bad_cr3(void)
{
	ATTEMPT("mov %0, %%cr3", : "r"(1ull << 60) : "memory");
	check(fault_is(13, 0, 0), "reserved bits in CR3 are #GP");
	ATTEMPT("mov %%rax, %%cr4", : "a"(read_cr4() | 1ull << 40) : "memory");
	check(fault_is(13, 0, 0) && read_cr4() & CR4_FRED, "1: reserved bits in CR4 are #GP");
	ATTEMPT("ds wrmsr", : "c"(FRED_RSP(1)), "a"(0x4000), "d"(0) : "memory");
	check(events == 0 && rdmsr(FRED_RSP(1)) == 0x4000, "WRMSR with a prefix");
	ATTEMPT("ds wrmsr", : "c"(FRED_RSP(1)), "a"(0x4001), "d"(0) : "memory");
	check(fault_is(13, 0, 0) && rdmsr(FRED_RSP(1)) == 0x4000, "1: and its #GP");
	wrmsr(FRED_RSP(1), stack_top(1));
}

/* INT n whose two bytes lie on two pages, the second of which ends there */
static void across_pages(void)
{
	uint8_t *code = (uint8_t *)PAGE(8) - 3;

	code[0] = 0x3e;
	code[1] = 0x3e;
	code[2] = 0xcd;
	code[3] = 0x77;
	code[4] = 0xc3;
	events = 0;
	__asm__ volatile("call *%0" : : "r"(code) : "memory");
	check(events == 1 && VECTOR(seen[0]) == 0x77 && LENGTH(seen[0]) == 4 &&
		      seen[0].frame.rip == PAGE(8) + 1,
	      "3: INT n across a page boundary");
	/* SYSCALL as the last bytes before an absent page */
	code[0] = 0x90;
	code[1] = 0x0f;
	code[2] = 0x05;
	page_table[8] = 0;
	__asm__ volatile("invlpg (%0)" : : "r"(PAGE(8)) : "memory");
	events = 0;
	attempt_at = PAGE(8);
	__asm__ volatile("movq $1f, resume_at; call *%0; 1: pop %%rcx"
			 :
			 : "r"(code)
			 : "rcx", "r11", "memory");
	check(events == 2 && TYPE(seen[0]) == 7 && seen[0].frame.rip == PAGE(8) &&
		      VECTOR(seen[1]) == 14 && seen[1].frame.rip == PAGE(8) &&
		      seen[1].frame.data == PAGE(8),
	      "3: SYSCALL at the end of the mapped code");
	map_page(8, 3);
}

/* ---- SS bit 16: softcpu says STI alone, and once ---- */

static uint16_t some_ss = KERNEL_SS;
static struct {
	uint32_t offset;
	uint16_t selector;
} far_ss = {0, KERNEL_SS};

/* the fault is not at the attempt's first instruction */
static bool go_on(struct saved *s, bool user)
{
	s->frame.rip = resume_at;
	return !user;
}

static bool seen_sti(void)
{
	return events == 1 && seen[0].frame.ss & SS_STI;
}

/* MOV SS from -5(%rax) ends in FB, the byte of STI; so do a displacement and a SIB byte */
static void not_sti(void)
{
	on_event = go_on;
	__asm__ volatile("sti; nop");
	ATTEMPT("mov -5(%0), %%ss; ud2", : "a"((uint64_t)&some_ss + 5) : "memory");
	check(events == 1 && !seen_sti(), "3: MOV SS from -5(%rax) is no STI: bit 16 clear");
	ATTEMPT("mov -0x04ffffff(%0), %%ss; ud2",
		: "b"((uint64_t)&some_ss + 0x04ffffff)
		: "memory");
	check(events == 1 && !seen_sti(), "3: nor with a 32-bit displacement that ends in FB");
	ATTEMPT("mov (%%rbx,%%rdi,8), %%ss; ud2", : "b"(&some_ss), "D"(0) : "memory");
	check(events == 1 && !seen_sti(), "3: nor with a SIB byte FB");
	ATTEMPT("lss -5(%0), %%ecx; ud2", : "a"((uint64_t)&far_ss + 5) : "rcx", "memory");
	check(events == 1 && !seen_sti(), "3: nor an LSS from -5(%rax)");
	__asm__ volatile("cli");
	/* the bytes before an STI may look like the beginning of such a MOV */
	ATTEMPT("mov $0x508e0000, %%edx; sti; ud2", : "a"(PAGE(1)) : "rdx", "memory");
	check(seen_sti(), "3: an STI behind bytes that look like MOV SS: bit 16 set");
	__asm__ volatile("cli");
	on_event = NULL;
}

/* ERETS brings the blocking back at A; the instruction there ends it. A later fault at A comes
 * behind a MOV SS. */
static bool return_to_divide(struct saved *s, bool user)
{
	if (user)
		return false;
	if (TYPE(seen[events - 1]) != 6)
		return go_on(s, user);
	s->frame.rip = s->rsi;
	s->frame.ss |= SS_STI;
	s->frame.rflags |= 0x200;
	return true;
}

static void erets_note_ends(void)
{
	uint64_t divide, one = 1, divisor = 1, zero = 0;

	on_event = return_to_divide;
	events = 0;
	__asm__ volatile("movq $3f, resume_at\n"
			 "	lea 2f(%%rip), %%rsi\n"
			 "	int3\n"
			 "1:	mov %%ebx, %%ss\n"
			 "2:	div %%rcx\n"
			 "	xor %%ecx, %%ecx\n"
			 "	jmp 1b\n"
			 "3:	cli; mov %%rsi, %0"
			 : "=r"(divide), "+a"(one), "+c"(divisor), "+d"(zero)
			 : "b"(KERNEL_SS)
			 : "rsi", "memory");
	on_event = NULL;
	check(events == 2 && VECTOR(seen[1]) == 0 && seen[1].frame.rip == divide &&
		      !(seen[1].frame.ss & SS_STI),
	      "4: STI blocking that an ERETS restored lasts one instruction");
}

void test_ring0(void)
{
	group("FRED, ring 0");
	faults();
	traps();
	bad_cr3();
	not_sti();
	erets_note_ends();
	across_pages();
}
