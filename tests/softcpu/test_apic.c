// SPDX-License-Identifier: MIT
/*
 * NMI-source reporting (fred-reference.md section 3, event data), and the x2APIC that it needs:
 * SDM vol. 3, 11.12. Last of all groups: no way leads back to xAPIC but through "disabled".
 */
#include "guest.h"

#define MSR_APIC_BASE 0x1b
#define X2	      (1ull << 10)
#define ENABLED	      (1ull << 11)
#define X2APIC(n)     (0x800u + (n))
#define XAPIC(n)      (*(volatile uint32_t *)(0xfee00000ull + 16 * (n)))
enum { ID = 2, VERSION = 3, TPR = 8, EOI = 0xb, LOGICAL = 0xd, SPURIOUS = 0xf };
enum { ERRORS = 0x28, ICR = 0x30, TIMER = 0x32, LINT0 = 0x35, DIVIDER = 0x3e, SELF = 0x3f };
#define ICR_NMI	  0x4400ull
#define LOGICALLY 0x800ull
#define TO_SELF	  0x40000ull
#define TO_ALL	  0x80000ull
#define TO_OTHERS 0xc0000ull
#define BROADCAST 0xffffffff00000000ull
#define TO(id)	  ((uint64_t)(id) << 32)

static volatile int nmis;
static volatile uint64_t sources;

static bool note(struct saved *s, bool user)
{
	(void)user;
	if ((s->frame.ss >> 48 & 15) == 2) {
		nmis++;
		sources = s->frame.data;
		return true;
	}
	return (s->frame.ss >> 48 & 15) == 0;
}

static volatile uint64_t nmi_rip;

static bool note_idt(struct saved *s, bool user)
{
	(void)user;
	if (s->frame.error >> 32 != 2)
		return true;
	nmis++;
	nmi_rip = s->frame.rip;
	return true;
}

static bool write_refused(uint32_t msr, uint64_t value)
{
	ATTEMPT("wrmsr", : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
	return events == 1 && TYPE(seen[0]) == 3 && VECTOR(seen[0]) == 13;
}

static bool read_refused(uint32_t msr)
{
	ATTEMPT("rdmsr", : "c"(msr) : "memory", "rax", "rdx");
	return events == 1 && TYPE(seen[0]) == 3 && VECTOR(seen[0]) == 13;
}

/* -> the bitmap of the one NMI that came, or all ones */
static uint64_t sent(uint64_t icr)
{
	nmis = 0;
	wrmsr(X2APIC(ICR), icr);
	for (volatile int i = 0; i < 500; i++)
		;
	return nmis == 1 ? sources : ~0ull;
}

static uint64_t injected(void)
{
	nmis = 0;
	hypercall(SOFTCPU_HC_INJECT, 2);
	return nmis == 1 ? sources : ~0ull;
}

static void in_xapic_mode(void)
{
	check(read_refused(X2APIC(ID)) && write_refused(X2APIC(ICR), 0),
	      "x2APIC: #GP for its MSRs in xAPIC mode");
	nmis = 0;
	send_nmi();
	for (volatile int i = 0; i < 500; i++)
		;
	check(nmis == 1 && sources == 1, "xAPIC: the sender is not seen: bit 0");
	check_equal(injected(), 1 << 2, "3: the NMI pin is bit 2");
}

static void mode_changes(void)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	check(write_refused(MSR_APIC_BASE, base | 1), "x2APIC: #GP for reserved bits of APIC_BASE");
	check(write_refused(MSR_APIC_BASE, (base | X2) & ~ENABLED),
	      "x2APIC: #GP for EXTD without EN");
	check_equal(rdmsr(MSR_APIC_BASE), base, "x2APIC: a refused write changes nothing");
	wrmsr(MSR_APIC_BASE, base | X2);
	check_equal(rdmsr(MSR_APIC_BASE), base | X2, "x2APIC: EXTD is set from xAPIC mode");
	check(write_refused(MSR_APIC_BASE, base), "x2APIC: #GP for the way back to xAPIC mode");
}

/* the machine's, which stays xAPIC */
static void same_registers(void)
{
	check_equal(rdmsr(X2APIC(ID)), XAPIC(ID) >> 24, "x2APIC: the id has 32 bits");
	check_equal(rdmsr(X2APIC(VERSION)), XAPIC(VERSION), "x2APIC: the version is the machine's");
	wrmsr(X2APIC(TPR), 0x20);
	check_equal(XAPIC(TPR), 0x20, "x2APIC: a write arrives");
}

static void registers(void)
{
	uint32_t id = rdmsr(X2APIC(ID));
	bool ok;

	check_equal(rdmsr(X2APIC(LOGICAL)), (id >> 4) << 16 | 1 << (id & 15),
		    "x2APIC: the logical id follows from it");
	wrmsr(X2APIC(TPR), 0x20);
	check_equal(rdmsr(X2APIC(TPR)), 0x20, "x2APIC: a register keeps what is written");
	wrmsr(X2APIC(TPR), 0);
	ok = write_refused(X2APIC(ID), 0) && write_refused(X2APIC(VERSION), 0) &&
	     write_refused(X2APIC(LOGICAL), 0) && write_refused(X2APIC(0x39), 0);
	check(ok, "x2APIC: #GP for a write to what is read only");
	check(read_refused(X2APIC(EOI)) && read_refused(X2APIC(SELF)),
	      "x2APIC: #GP for a read of what is write only");
	ok = read_refused(X2APIC(0x0e)) && read_refused(X2APIC(0x31)) &&
	     read_refused(X2APIC(0x0c)) && read_refused(X2APIC(0xff));
	check(ok, "x2APIC: #GP for registers that it has not");
	ok = write_refused(X2APIC(EOI), 1) && write_refused(X2APIC(ERRORS), 1) &&
	     write_refused(X2APIC(TPR), 0x100) && write_refused(X2APIC(TPR), 1ull << 32) &&
	     write_refused(X2APIC(SPURIOUS), 1 << 13) && write_refused(X2APIC(TIMER), 1 << 8) &&
	     write_refused(X2APIC(LINT0), 1 << 17) && write_refused(X2APIC(DIVIDER), 4) &&
	     write_refused(X2APIC(SELF), 0x100) && write_refused(X2APIC(ICR), 1 << 12) &&
	     write_refused(X2APIC(ICR), 1 << 16) && write_refused(X2APIC(ICR), 1 << 20);
	check(ok, "x2APIC: #GP for reserved bits");
}

static void destinations(void)
{
	uint64_t id = rdmsr(X2APIC(ID)), logical = rdmsr(X2APIC(LOGICAL));

	check_equal(sent(ICR_NMI | 5 | TO(id)), 1 << 5, "x2APIC: NMI to its own id");
	check_equal(sent(ICR_NMI | 5 | TO_SELF), 1 << 5, "x2APIC: NMI to self");
	check_equal(sent(ICR_NMI | 5 | TO_ALL), 1 << 5, "x2APIC: NMI to all, self included");
	check_equal(sent(ICR_NMI | 5 | BROADCAST), 1 << 5, "x2APIC: NMI to everybody");
	check_equal(sent(ICR_NMI | LOGICALLY | 5 | TO(logical)), 1 << 5,
		    "x2APIC: NMI to its logical id");
	check_equal(sent(ICR_NMI | 5 | TO_OTHERS), ~0ull, "x2APIC: NMI to the others: none here");
	check_equal(sent(ICR_NMI | 5 | TO(id + 1)), ~0ull, "x2APIC: NMI to another id");
	check_equal(sent(ICR_NMI | LOGICALLY | 5 | TO(logical << 1)), ~0ull,
		    "x2APIC: NMI to another logical id");
	check_equal(rdmsr(X2APIC(ICR)), ICR_NMI | LOGICALLY | 5 | TO(logical << 1),
		    "x2APIC: the ICR reads back whole");
}

static void bitmap(void)
{
	uint64_t id = rdmsr(X2APIC(ID));
	bool ok = true;

	for (uint64_t vector = 1; vector < 16; vector++)
		ok &= sent(ICR_NMI | vector | TO(id)) == 1ull << vector;
	check(ok, "3: an NMI sent with vector 1 to 15 sets that bit");
	check_equal(sent(ICR_NMI | TO(id)), 1, "3: no vector: bit 0");
	check_equal(sent(ICR_NMI | 16 | TO(id)), 1, "3: a vector out of range: bit 0");
	check_equal(injected(), 1 << 2, "3: the NMI pin is bit 2");
	check_equal(sent(ICR_NMI | 9 | TO(id)), 1 << 9, "3: an earlier source is gone");
}

/* SDM vol. 3, table 6-2: the trap goes first, then the NMI, before the handler's first instruction
 */
static void nmi_and_step_by_idt(void)
{
	extern uint8_t idt_stubs[];
	uint64_t icr = ICR_NMI | TO(rdmsr(X2APIC(ID)));

	fred_off();
	events = nmis = 0;
	on_event = note_idt;
	__asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq\n\t"
			 "wrmsr\n"
			 "pushfq; andq $~0x100, (%%rsp); popfq"
			 :
			 : "c"(X2APIC(ICR)), "a"((uint32_t)icr), "d"((uint32_t)(icr >> 32))
			 : "memory", "cc");
	fred_on();
	on_event = note;
	check(nmis == 1 && nmi_rip == (uint64_t)idt_stubs + 16,
	      "SDM 3, 6.9: #DB goes first, an NMI that waits comes at its handler");
}

static bool interrupt_came(uint32_t msr, uint64_t value, uint8_t vector)
{
	events = 0;
	wrmsr(msr, value);
	__asm__ volatile("sti; nop; nop; cli" : : : "memory");
	wrmsr(X2APIC(EOI), 0);
	return events == 1 && TYPE(seen[0]) == 0 && VECTOR(seen[0]) == vector;
}

static void interrupts(void)
{
	uint64_t id = rdmsr(X2APIC(ID)), logical = rdmsr(X2APIC(LOGICAL));

	check(interrupt_came(X2APIC(ICR), 0x4000 | 0x51 | TO(id), 0x51),
	      "x2APIC: an interrupt to its own id");
	check(interrupt_came(X2APIC(ICR), 0x4000 | LOGICALLY | 0x52 | TO(logical), 0x52),
	      "x2APIC: an interrupt to its logical id");
	check(interrupt_came(X2APIC(ICR), 0x4000 | 0x53 | BROADCAST, 0x53),
	      "x2APIC: an interrupt to everybody");
	check(interrupt_came(X2APIC(SELF), 0x54, 0x54), "x2APIC: SELF IPI");
}

void test_apic(void)
{
	group("NMI sources and x2APIC");
	on_event = note;
	check(cpuid(7, 1).eax & 1 << 20 && cpuid(1, 0).ecx & 1 << 21,
	      "1: CPUID has NMI-source reporting, and x2APIC");
	if (rdmsr(MSR_APIC_BASE) & X2) {
		check(write_refused(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) & ~X2),
		      "x2APIC: the machine's own; #GP for the way back to xAPIC mode");
	} else {
		in_xapic_mode();
		mode_changes();
		same_registers();
	}
	registers();
	destinations();
	bitmap();
	nmi_and_step_by_idt();
	interrupts();
	on_event = NULL;
}
