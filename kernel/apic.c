/* SPDX-License-Identifier: MIT */
/*
 * Local APIC; the PIT (channel 2) is the ruler that its timer is measured with. x2APIC where NMI
 * sources are reported (reference 3, event data): softcpu sees a sender's vector only there.
 */
#include "apic.h"
#include "cpu.h"
#include "frame.h"
#include "memory.h"

#define APIC_ID		   0x20
#define APIC_TASK_PRIORITY 0x80
#define APIC_EOI	   0xb0
#define APIC_SPURIOUS	   0xf0
#define APIC_IN_SERVICE	   0x100 /* 256 bits, 32 in every 16 bytes */
#define APIC_ICR_LOW	   0x300
#define APIC_ICR_HIGH	   0x310
#define APIC_LVT_TIMER	   0x320
#define APIC_LVT_LINT0	   0x350
#define APIC_TIMER_COUNT   0x380
#define APIC_TIMER_NOW	   0x390
#define APIC_TIMER_DIVIDE  0x3e0

#define APIC_BASE_X2	 (1ull << 10)
#define APIC_BASE_ENABLE (1ull << 11)
#define X2APIC_MSR	 0x800	    /* + the register's offset / 16 */
#define CPUID_X2APIC	 (1u << 21) /* leaf 1, ECX */
#define CPUID_NMI_SOURCE (1u << 20) /* leaf 7.1, EAX */

#define SPURIOUS_ENABLE 0x100
#define LVT_MASKED	0x10000
#define LVT_PERIODIC	0x20000
#define DIVIDE_BY_16	0x3
#define ICR_NMI		0x4400 /* level assert, delivery mode NMI */
#define ICR_FIXED	0x4000
#define ICR_BUSY	0x1000

#define PIC1_MASK 0x21 /* the two 8259s: a set bit masks a line */
#define PIC2_MASK 0xa1

#define PIT_HZ	     1193182
#define PIT_CHANNEL2 0x42
#define PIT_COMMAND  0x43
#define PIT_GATE     0x61
#define PIT_ONE_SHOT 0xb0 /* channel 2, low byte then high, mode 0 */
#define GATE_ON	     0x01
#define GATE_SPEAKER 0x02
#define GATE_DONE    0x20
#define CALIBRATE_MS 10
#define ROUND_HZ     500000

#define PIT_LOOK_EVERY	2000 /* passes of an empty loop */
#define PIT_LOOKS_LIMIT 1000000u
#define LOOKS_LIMIT	100000000u

static volatile uint8_t *apic; /* NULL: x2APIC */
static uint64_t timer_hz;

static uint32_t read(unsigned reg)
{
	return apic ? *(volatile uint32_t *)(apic + reg) : (uint32_t)rdmsr(X2APIC_MSR + reg / 16);
}

static void write(unsigned reg, uint32_t value)
{
	if (apic)
		*(volatile uint32_t *)(apic + reg) = value;
	else
		wrmsr(X2APIC_MSR + reg / 16, value);
}

bool apic_reports_nmi_sources(void)
{
	return cpuid(0, 0).eax >= 7 && cpuid(7, 0).eax >= 1 && cpuid(7, 1).eax & CPUID_NMI_SOURCE;
}

static void choose_mode(void)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	/* firmware may leave it off; x2APIC is entered from xAPIC alone, so in two steps */
	if (!(base & APIC_BASE_ENABLE)) {
		base |= APIC_BASE_ENABLE;
		wrmsr(MSR_APIC_BASE, base);
	}
	if (!(base & APIC_BASE_X2) && apic_reports_nmi_sources() &&
	    cpuid(1, 0).ecx & CPUID_X2APIC) {
		base |= APIC_BASE_X2;
		wrmsr(MSR_APIC_BASE, base);
	}
	apic = base & APIC_BASE_X2 ? NULL : mmio_map(base & PTE_ADDRESS);
}

/* Count down from the largest value while PIT channel 2 runs for CALIBRATE_MS. */
static void measure_timer(void)
{
	unsigned count = PIT_HZ * CALIBRATE_MS / 1000;
	uint32_t looks = 0;

	outb(PIT_GATE, (inb(PIT_GATE) & ~GATE_SPEAKER) | GATE_ON);
	outb(PIT_COMMAND, PIT_ONE_SHOT);
	outb(PIT_CHANNEL2, count & 0xff);
	outb(PIT_CHANNEL2, count >> 8);
	write(APIC_TIMER_DIVIDE, DIVIDE_BY_16);
	write(APIC_LVT_TIMER, LVT_MASKED);
	write(APIC_TIMER_COUNT, ~0u);
	/* A port, and PAUSE, cost an emulator a thousand times an instruction: look seldom */
	while (!(inb(PIT_GATE) & GATE_DONE) && looks++ < PIT_LOOKS_LIMIT)
		for (unsigned i = 0; i < PIT_LOOK_EVERY; i++)
			asm volatile("");
	timer_hz = (uint64_t)(~0u - read(APIC_TIMER_NOW)) * 1000 / CALIBRATE_MS;
	/* The ruler is no better than this, and two boots must measure the same */
	timer_hz = (timer_hz + ROUND_HZ / 2) / ROUND_HZ * ROUND_HZ;
	write(APIC_TIMER_COUNT, 0);
}

void apic_init(void)
{
	outb(PIC1_MASK, 0xff);
	outb(PIC2_MASK, 0xff);
	choose_mode();
	write(APIC_TASK_PRIORITY, 0);
	write(APIC_LVT_LINT0, LVT_MASKED);
	write(APIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
	measure_timer();
}

void apic_timer(unsigned hz)
{
	if (!hz) {
		write(APIC_LVT_TIMER, LVT_MASKED);
		write(APIC_TIMER_COUNT, 0);
		return;
	}
	write(APIC_TIMER_DIVIDE, DIVIDE_BY_16);
	write(APIC_LVT_TIMER, LVT_PERIODIC | VECTOR_TIMER);
	write(APIC_TIMER_COUNT, (uint32_t)(timer_hz / hz ? timer_hz / hz : 1));
}

void apic_eoi(void)
{
	write(APIC_EOI, 0);
}

bool apic_in_service(unsigned vector)
{
	return timer_hz && read(APIC_IN_SERVICE + vector / 32 * 16) >> vector % 32 & 1;
}

static void send_self(uint32_t command)
{
	if (!apic) { /* one write of 64 bits, and nothing to wait for */
		wrmsr(X2APIC_MSR + APIC_ICR_LOW / 16, (uint64_t)read(APIC_ID) << 32 | command);
		return;
	}
	write(APIC_ICR_HIGH, read(APIC_ID) & 0xff000000);
	write(APIC_ICR_LOW, command);
	for (uint32_t looks = 0; (read(APIC_ICR_LOW) & ICR_BUSY) && looks < LOOKS_LIMIT; looks++)
		cpu_relax();
}

void apic_send_nmi(void)
{
	apic_send_nmi_from(0);
}

void apic_send_nmi_from(unsigned source)
{
	send_self(ICR_NMI | source);
}

struct apic_order apic_nmi_order(void)
{
	uint32_t id = read(APIC_ID);

	if (!apic)
		return (struct apic_order){
			.msr = X2APIC_MSR + APIC_ICR_LOW / 16, .low = ICR_NMI, .high = id};
	write(APIC_ICR_HIGH, id & 0xff000000);
	return (struct apic_order){.memory = (volatile uint32_t *)(apic + APIC_ICR_LOW),
				   .low = ICR_NMI};
}

void apic_send_self(unsigned vector)
{
	send_self(ICR_FIXED | vector);
}
