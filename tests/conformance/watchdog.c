// SPDX-License-Identifier: MIT
/*
 * A test that hangs is ended by an NMI: the clock chip's alarm (IRQ 8), which the I/O APIC
 * turns into one. It rings once a minute, at the second that was set; each test sets it anew.
 */
#include "suite.h"

#define IO_APIC	     0xfec00000ull
#define PIN_CLOCK    8
#define DELIVERY_NMI 0x400u
#define SECONDS	     20
enum {
	CMOS_SECONDS = 0,
	CMOS_ALARM_SECONDS = 1,
	CMOS_ALARM_MINUTES = 3,
	CMOS_ALARM_HOURS = 5,
	CMOS_B = 0x0b,
	CMOS_C = 0x0c
};
#define ALARM_ENABLE 0x20
#define BINARY	     0x04
#define ALARM_RANG   0x20
#define DONT_CARE    0xc0

static uint8_t cmos(uint8_t reg)
{
	outb(0x70, reg);
	return inb(0x71);
}

static void set_cmos(uint8_t reg, uint8_t value)
{
	outb(0x70, reg);
	outb(0x71, value);
}

static void io_apic(uint8_t reg, uint32_t value)
{
	*(volatile uint32_t *)IO_APIC = reg;
	*(volatile uint32_t *)(IO_APIC + 0x10) = value;
}

void watchdog_start(void)
{
	static uint8_t rings_at = 255;
	bool binary = cmos(CMOS_B) & BINARY;
	unsigned now = cmos(CMOS_SECONDS);

	if (!binary)
		now = now / 16 * 10 + now % 16;
	now = (now + SECONDS) % 60;
	if (now == rings_at)
		return;
	rings_at = now;
	set_cmos(CMOS_ALARM_SECONDS, binary ? now : now / 10 * 16 + now % 10);
	set_cmos(CMOS_ALARM_MINUTES, DONT_CARE);
	set_cmos(CMOS_ALARM_HOURS, DONT_CARE);
	set_cmos(CMOS_B, cmos(CMOS_B) | ALARM_ENABLE);
	cmos(CMOS_C);
	io_apic(0x10 + 2 * PIN_CLOCK + 1, 0);
	io_apic(0x10 + 2 * PIN_CLOCK, DELIVERY_NMI);
}

bool watchdog_fired(void)
{
	return cmos(CMOS_C) & ALARM_RANG;
}
