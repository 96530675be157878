// SPDX-License-Identifier: MIT
/*
 * The local APIC: interrupts and NMIs from this processor to itself. As xAPIC where that is
 * how the loader left it; as x2APIC where NMI sources are reported, for a sender's vector
 * travels in the ICR either way but softcpu sees it only there.
 */
#include "suite.h"

#define APIC_ENABLED (1ull << 11)
#define APIC_X2	     (1ull << 10)
enum {
	APIC_ID = 0x20,
	APIC_TPR = 0x80,
	APIC_EOI = 0xb0,
	APIC_SPURIOUS = 0xf0,
	APIC_ISR = 0x100,
	APIC_ICR = 0x300,
	APIC_ICR_HIGH = 0x310,
	APIC_LVT_TIMER = 0x320,
	APIC_LINT0 = 0x350,
	APIC_LINT1 = 0x360,
	APIC_LVT_ERROR = 0x370
};
#define MASKED	    0x10000u
#define ICR_ASSERT  0x4000u
#define ICR_NMI	    0x400u
#define ICR_PENDING 0x1000u
#define SPURIOUS_ON 0x100u
#define WAIT_ROUNDS 3000

void unblock_nmis(void);

static bool x2;
static uint64_t base;

static uint32_t apic_read(unsigned reg)
{
	return x2 ? (uint32_t)rdmsr(0x800 + (reg >> 4)) : *(volatile uint32_t *)(base + reg);
}

static void apic_write(unsigned reg, uint32_t value)
{
	if (x2)
		wrmsr(0x800 + (reg >> 4), value);
	else
		*(volatile uint32_t *)(base + reg) = value;
}

void apic_init(void)
{
	uint64_t msr = rdmsr(MSR_APIC_BASE) | APIC_ENABLED;

	wrmsr(MSR_APIC_BASE, msr); /* first, for x2APIC is entered from xAPIC alone */
	if (cpu_has(CPUID_NMI_SOURCE) && cpuid(1, 0).ecx & 1u << 21)
		msr |= APIC_X2;
	wrmsr(MSR_APIC_BASE, msr);
	x2 = msr & APIC_X2;
	base = msr & 0xffffff000ull;
	outb(0x21, 0xff); /* the PICs stay silent */
	outb(0xa1, 0xff);
	apic_write(APIC_LVT_TIMER, MASKED);
	apic_write(APIC_LINT0, MASKED);
	apic_write(APIC_LINT1, MASKED);
	apic_write(APIC_LVT_ERROR, MASKED);
	apic_write(APIC_SPURIOUS, SPURIOUS_ON | 0xff);
	apic_write(APIC_TPR, 0);
}

static void send(uint32_t command)
{
	uint32_t id = apic_read(APIC_ID);

	if (x2) {
		wrmsr(0x830, (uint64_t)id << 32 | command);
		return;
	}
	apic_write(APIC_ICR_HIGH, id & 0xff000000);
	apic_write(APIC_ICR, command);
	for (int i = 0; i < 10000 && apic_read(APIC_ICR) & ICR_PENDING; i++)
		pause();
}

void send_nmi_from(uint8_t vector)
{
	send(ICR_ASSERT | ICR_NMI | vector);
}

void send_nmi(void)
{
	send_nmi_from(0);
}

/* Never the spurious vector: such an interrupt and a spurious one cannot be told apart, and a
 * strict APIC's in-service bit then stays for ever. */
void send_interrupt(uint8_t vector)
{
	apic_write(APIC_SPURIOUS, SPURIOUS_ON | (vector == 0xff ? 0xfe : 0xff));
	send(ICR_ASSERT | vector);
}

static bool in_service(void)
{
	for (unsigned i = 0; i < 8; i++)
		if (apic_read(APIC_ISR + 16 * i))
			return true;
	return false;
}

void end_of_interrupts(void)
{
	for (int i = 0; i < 256 && in_service(); i++)
		apic_write(APIC_EOI, 0);
}

/* ---- is an NMI blocked? Only one that is sent tells ---- */

static unsigned nmis_seen;

static enum action count_nmis(const struct event *e, struct frame *frame)
{
	(void)frame;
	if (type_of(e) != NMI)
		return STOP;
	nmis_seen++;
	event_count--;
	return RESUME;
}

static enum action keep_blocked(const struct event *e, struct frame *frame)
{
	frame->ss &= ~SS_NMI;
	return count_nmis(e, frame);
}

/* Do `provoke`, then give an NMI time to come. -> how many came */
static unsigned nmis_from(void (*provoke)(void),
			  enum action (*hook)(const struct event *, struct frame *))
{
	enum action (*before)(const struct event *, struct frame *) = on_event;

	nmis_seen = 0;
	on_event = hook;
	provoke();
	for (int i = 0; i < WAIT_ROUNDS && !*(volatile unsigned *)&nmis_seen; i++)
		pause();
	on_event = before;
	return nmis_seen;
}

static void nothing(void)
{
}

void block_nmis(void)
{
	nmis_from(send_nmi, keep_blocked);
}

unsigned nmis_delivered(void)
{
	return nmis_from(nothing, count_nmis);
}

bool nmis_blocked(void)
{
	return nmis_from(send_nmi, count_nmis) == 0;
}

unsigned nmis_after_unblock(void)
{
	return nmis_from(unblock_nmis, count_nmis);
}
