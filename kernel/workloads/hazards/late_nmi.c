/* SPDX-License-Identifier: MIT */
/*
 * The PIT's channel 0 by the I/O APIC, with delivery mode NMI: how the first NMI watchdogs were
 * wired. (82093AA datasheet: index and window, two words for each line.)
 */
#include "late_nmi.h"
#include "kernel/cpu.h"
#include "kernel/memory.h"

#define IO_APIC	     0xfec00000ull /* where PCs have it */
#define IO_INDEX     0		   /* words of 32 bits */
#define IO_WINDOW    4
#define IO_VERSION   1
#define IO_LINE(n)   (0x10 + 2 * (n))
#define PIT_LINE     2 /* the PIT's, by the interrupt source override that every PC has */
#define LINE_NMI     0x400
#define NO_REGISTER  0xffffffffu
#define PIT_HZ	     1193182ull
#define PIT_CHANNEL0 0x40
#define PIT_COMMAND  0x43
#define PIT_ONE_SHOT 0x30 /* channel 0, low byte then high, mode 0 */

static volatile uint32_t *io_apic;

static uint32_t read(unsigned index)
{
	io_apic[IO_INDEX] = index;
	return io_apic[IO_WINDOW];
}

static void write(unsigned index, uint32_t value)
{
	io_apic[IO_INDEX] = index;
	io_apic[IO_WINDOW] = value;
}

bool late_nmi(unsigned microseconds)
{
	unsigned count = (unsigned)(PIT_HZ * microseconds / 1000000);

	if (!io_apic)
		io_apic = mmio_map(IO_APIC);
	if (read(IO_VERSION) == NO_REGISTER || read(IO_VERSION) == 0)
		return false;
	write(IO_LINE(PIT_LINE) + 1, 0); /* to APIC id 0, this CPU */
	write(IO_LINE(PIT_LINE), LINE_NMI);
	outb(PIT_COMMAND, PIT_ONE_SHOT);
	outb(PIT_CHANNEL0, count & 0xff);
	outb(PIT_CHANNEL0, count >> 8);
	return true;
}
