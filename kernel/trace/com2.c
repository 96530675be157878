/* SPDX-License-Identifier: MIT */
/* COM2 as the trace's transport: slow, byte by byte, and on every machine. */
#include "kernel/serial.h"
#include "transport.h"

static bool com2_init(void)
{
	return serial_init(COM2);
}

static bool com2_send(const uint8_t *bytes, size_t length)
{
	return serial_write(COM2, bytes, length);
}

static bool com2_flush(void)
{
	return true;
}

const struct transport com2_transport = {"com2", com2_init, com2_send, com2_flush};
