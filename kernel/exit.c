/* SPDX-License-Identifier: MIT */
/* The ends of a run, from the most telling to the one that always works. */
#include "exit.h"
#include "console.h"
#include "cpu.h"
#include "serial.h"

#define PORT_DEBUG_EXIT 0xf4   /* QEMU: status = code << 1 | 1 */
#define PORT_SHUTDOWN	0x8900 /* Bochs, and QEMU builds that have it */

void machine_exit(enum exit_code code)
{
	interrupts_off();
	serial_drain(COM1);
	serial_drain(COM2);
	outb(PORT_DEBUG_EXIT, code);
	for (const char *c = "Shutdown"; *c; c++)
		outb(PORT_SHUTDOWN, (uint8_t)*c);
	printk("fredlab: ended with code %u; the machine can be switched off\n", code);
	for (;;)
		asm volatile("cli; hlt");
}
