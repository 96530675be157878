/* SPDX-License-Identifier: MIT */
/* A 16550, polled: COM1 carries words for people, COM2 the trace. */
#ifndef SERIAL_H
#define SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COM1 0x3f8
#define COM2 0x2f8

/* 115200 8N1, FIFO on, no interrupts. False: no 16550 answers there. */
bool serial_init(uint16_t port);

/* Write all bytes. False: the transmitter stayed full beyond the limit (about 2^24 looks). */
bool serial_write(uint16_t port, const uint8_t *bytes, size_t length);

/* Returns when the last byte has gone out, or at that limit: a machine that ends loses none. */
void serial_drain(uint16_t port);

#endif
