/* SPDX-License-Identifier: MIT */
/*
 * The 16550 UART. The line status is polled once for each FIFO load of 16 bytes:
 * writing blind loses bytes on sockets and pipes.
 */
#include "serial.h"
#include "cpu.h"

#define UART_DATA	 0
#define UART_INTERRUPTS	 1
#define UART_FIFO	 2
#define UART_LINE	 3
#define UART_MODEM	 4
#define UART_LINE_STATUS 5
#define UART_SCRATCH	 7

#define LINE_DIVISOR 0x80
#define LINE_8N1     0x03
#define FIFO_ON	     0xc7
#define STATUS_EMPTY 0x20 /* transmit FIFO empty */
#define STATUS_IDLE  0x40 /* and the last bit is on the line */
#define FIFO_BYTES   16
#define LOOKS_LIMIT  (1u << 24)

bool serial_init(uint16_t port)
{
	outb(port + UART_SCRATCH, 0x5a);
	if (inb(port + UART_SCRATCH) != 0x5a)
		return false;
	outb(port + UART_INTERRUPTS, 0);
	outb(port + UART_LINE, LINE_DIVISOR);
	outb(port + UART_DATA, 1);
	outb(port + UART_INTERRUPTS, 0);
	outb(port + UART_LINE, LINE_8N1);
	outb(port + UART_FIFO, FIFO_ON);
	outb(port + UART_MODEM, 0x03);
	return true;
}

static bool wait_for(uint16_t port, uint8_t status)
{
	for (uint32_t looks = 0; looks < LOOKS_LIMIT; looks++) {
		if (inb(port + UART_LINE_STATUS) & status)
			return true;
		cpu_relax();
	}
	return false;
}

bool serial_write(uint16_t port, const uint8_t *bytes, size_t length)
{
	while (length) {
		size_t chunk = length < FIFO_BYTES ? length : FIFO_BYTES;

		if (!wait_for(port, STATUS_EMPTY))
			return false;
		for (size_t i = 0; i < chunk; i++)
			outb(port + UART_DATA, bytes[i]);
		bytes += chunk;
		length -= chunk;
	}
	return true;
}

void serial_drain(uint16_t port)
{
	wait_for(port, STATUS_IDLE);
}
