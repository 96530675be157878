// SPDX-License-Identifier: MIT
/* NMIs under FRED: only SS bit 18 unblocks (fred-reference.md section 4). */
#include "guest.h"

#define BLOCKED SOFTCPU_NMI_BLOCKED
#define PENDING SOFTCPU_NMI_PENDING

static volatile uint32_t at_start, with_second, after_fault;
static volatile int nmis, seen_inside;
static volatile bool keep_blocked;

static void wait(void)
{
	for (volatile int i = 0; i < 500; i++)
		;
}

static bool nmi(struct saved *s, bool user)
{
	(void)user;
	if ((s->frame.ss >> 48 & 15) != 2)
		return false;
	if (nmis++)
		return true;
	at_start = status;
	send_nmi();
	wait();
	with_second = status;
	__asm__ volatile(
		"movq $1f, attempt_at\n\tmovq $2f, resume_at\n1:\tmovabs 0x80014000, %%rax\n2:"
		:
		:
		: "rax", "memory");
	wait();
	after_fault = status;
	seen_inside = nmis;
	if (keep_blocked)
		s->frame.ss &= ~SS_NMI;
	return true;
}

static void blocking(void)
{
	const struct frame *f = &seen[0].frame;

	nmis = 0;
	events = 0;
	wrmsr(FRED_LEVELS, 2 << 4);
	send_nmi();
	wait();
	check(TYPE(seen[0]) == 2 && VECTOR(seen[0]) == 2 && f->ss & SS_NMI && !f->error &&
		      f->data == 1 && !LENGTH(seen[0]) && seen[0].level == 2 &&
		      seen[0].at == stack_top(2) - 64,
	      "3: NMI is type 2, vector 2, SS bit 18, at its level");
	check_equal(at_start, BLOCKED, "3: an NMI blocks further NMIs");
	check_equal(with_second, BLOCKED | PENDING, "status word: one waits");
	check(after_fault == (BLOCKED | PENDING) && seen_inside == 1 && VECTOR(seen[1]) == 14,
	      "4: ERETS of a #PF inside the handler leaves NMIs blocked");
	check(nmis == 2 && TYPE(seen[2]) == 2 && seen[2].frame.rip == f->rip &&
		      seen[2].frame.rsp == f->rsp,
	      "4: the second NMI comes at once, where the first ERETS went");
	check_equal(status, 0, "4: after the last ERETS nothing is blocked");
}

static void only_bit_18(void)
{
	nmis = 0;
	keep_blocked = true;
	send_nmi();
	wait();
	check(nmis == 1 && status == (BLOCKED | PENDING), "4: without SS bit 18 NMIs stay blocked");
	__asm__ volatile("movq $1f, attempt_at; movq $2f, resume_at; mov %%rsp, %%r15\n\t"
			 "push $0x20; push %%r15; pushq $2; push $0x18; push $2f; push $0\n"
			 "1:\t.byte 0xf2, 0x0f, 0x01, 0xca\n2:\tmov %%r15, %%rsp"
			 :
			 :
			 : "r15", "memory");
	check(nmis == 1 && status == (BLOCKED | PENDING), "ERETS without the bit changes nothing");
	/* a return that fails must not unblock: RIP is not canonical, bit 18 is set */
	events = 0;
	__asm__ volatile("movq $1f, attempt_at; movq $2f, resume_at; mov %%rsp, %%r15\n\t"
			 "push $0x40020; push %%r15; pushq $2; push $0x18\n\t"
			 "mov $1, %%eax; shl $50, %%rax; push %%rax; push $0\n"
			 "1:\t.byte 0xf2, 0x0f, 0x01, 0xca\n2:\tmov %%r15, %%rsp"
			 :
			 :
			 : "rax", "r15", "memory");
	check(events == 1 && VECTOR(seen[0]) == 13 && status == (BLOCKED | PENDING),
	      "4: an ERETS that fails leaves NMIs blocked");
	keep_blocked = false;
	__asm__ volatile("mov %%rsp, %%r15; push $0x40020; push %%r15; pushq $2; push $0x18\n\t"
			 "push $1f; push $0\n\t.byte 0xf2, 0x0f, 0x01, 0xca\n1:"
			 :
			 :
			 : "r15", "memory");
	wait();
	check(nmis == 2 && status == 0, "4: an ERETS with SS bit 18 lets the waiting NMI in");
}

static void iret_unblocks(void)
{
	nmis = 0;
	keep_blocked = true;
	send_nmi();
	wait();
	events = 0;
	__asm__ volatile("mov %%rsp, %%r15; push $0x20; push %%r15; pushfq; push $0x18\n\t"
			 "push $iret_to; iretq\n\tud2\niret_to:"
			 :
			 :
			 : "r15", "memory");
	wait();
	keep_blocked = false;
	check(nmis == 2 && status == 0, "5: IRET within ring 0 works under FRED and unblocks NMIs");
}

/* the state survives CR4.FRED; under IDT the next IRET ends it */
static bool any_nmi(struct saved *s, bool user)
{
	(void)user;
	if (s->frame.error >> 32 != 2 && (s->frame.ss >> 48 & 15) != 2)
		return false;
	nmis++;
	return true;
}

static void across_the_switch(void)
{
	extern uint8_t switch_to[];

	nmis = 0;
	keep_blocked = true;
	send_nmi();
	wait();
	fred_off();
	on_event = any_nmi;
	check(nmis == 1 && status == (BLOCKED | PENDING), "NMI state survives clearing CR4.FRED");
	events = 0;
	__asm__ volatile("mov %%rsp, %%r15; push $0x20; push %%r15; pushfq; push $0x18\n\t"
			 "push $switch_to; iretq\n\tud2\nswitch_to:"
			 :
			 :
			 : "r15", "memory");
	check(nmis == 2 && status == 0 && seen[0].frame.rip == (uint64_t)switch_to,
	      "6.4: then IRET lets it in, at once");
	fred_on();
	on_event = nmi;
	keep_blocked = false;
}

static bool note(struct saved *s, bool user)
{
	(void)user;
	return (s->frame.ss >> 32 & 255) == 18 || (s->frame.ss >> 48 & 15) == 2;
}

static void injected(void)
{
	uint64_t by_reason = 0;

	on_event = note;
	events = 0;
	check_equal(hypercall(SOFTCPU_HC_INJECT, 18), 0, "hypercall: inject #MC");
	check(events == 1 && TYPE(seen[0]) == 3 && VECTOR(seen[0]) == 18 && !seen[0].frame.error,
	      "2: #MC is type 3, vector 18");
	events = 0;
	check_equal(hypercall(SOFTCPU_HC_INJECT, 2), 0, "hypercall: inject an NMI");
	check(events == 1 && TYPE(seen[0]) == 2 && seen[0].frame.ss & SS_NMI, "2: and it comes");
	check_equal(hypercall(SOFTCPU_HC_INJECT, 13), 1, "hypercall: nothing else");
	for (unsigned i = 0; i < SOFTCPU_COUNT_REASONS; i++)
		by_reason += hypercall(SOFTCPU_HC_COUNTER, SOFTCPU_COUNT_REASON + i);
	/* A question is an exit: the sum lacks those behind VMMCALL's own reason, and the last */
	check_equal(by_reason + SOFTCPU_COUNT_REASONS - 0x81,
		    hypercall(SOFTCPU_HC_COUNTER, SOFTCPU_COUNT_EXITS),
		    "the exits by reason add up to all");
	check(hypercall(SOFTCPU_HC_COUNTER, SOFTCPU_COUNT_EXITS) > 1000 &&
		      hypercall(SOFTCPU_HC_COUNTER, SOFTCPU_COUNT_NMIS) >= 8,
	      "hypercall: counters");
}

void test_nmi(void)
{
	group("NMIs under FRED");
	on_event = nmi;
	blocking();
	only_bit_18();
	iret_unblocks();
	across_the_switch();
	injected();
	on_event = NULL;
	fred_defaults();
}
