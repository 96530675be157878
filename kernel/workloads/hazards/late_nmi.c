/* SPDX-License-Identifier: MIT */
/*
 * The PIT's channel 0 by the I/O APIC, with delivery mode NMI: how the first NMI watchdogs were
 * wired. (82093AA datasheet: index and window, two words for each line.)
 */
#include "late_nmi.h"
#include <stddef.h>
#include "kernel/cpu.h"
#include "kernel/event.h"
#include "kernel/memory.h"

#define IO_APIC	     0xfec00000ull /* where PCs have it */
#define IO_INDEX     0		   /* words of 32 bits */
#define IO_WINDOW    4
#define IO_VERSION   1
#define IO_LINE(n)   (0x10 + 2 * (n))
#define PIT_LINE     2 /* the PIT's, by the interrupt source override that every PC has */
#define LINE_NMI     0x400
#define NO_REGISTER  0xffffffffu
#define FIRST	     400   /* of the PIT's ticks: a third of a millisecond */
#define LONGEST	     50000 /* it has 16 bits */
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

static bool (*taker)(struct trap_frame *frame);
static unsigned delay;
static bool taken;

static void arm(void)
{
	outb(PIT_COMMAND, PIT_ONE_SHOT);
	outb(PIT_CHANNEL0, delay & 0xff);
	outb(PIT_CHANNEL0, delay >> 8);
}

/* Not the one: the next comes later, or on a slow machine each would meet the return from the last.
 */
static void meet(struct trap_frame *frame)
{
	taken = taker(frame);
	if (taken)
		return;
	delay = delay < LONGEST / 2 ? 2 * delay : LONGEST;
	nmi_hook = meet;
	arm();
}

bool late_nmi(bool (*take)(struct trap_frame *frame))
{
	if (!io_apic)
		io_apic = mmio_map(IO_APIC);
	if (read(IO_VERSION) == NO_REGISTER || read(IO_VERSION) == 0)
		return false;
	write(IO_LINE(PIT_LINE) + 1, 0); /* to APIC id 0, this CPU */
	write(IO_LINE(PIT_LINE), LINE_NMI);
	taker = take;
	taken = false;
	delay = FIRST;
	nmi_hook = meet;
	arm();
	return true;
}

bool late_nmi_end(void)
{
	nmi_hook = NULL;
	return taken;
}
