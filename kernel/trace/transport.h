/* SPDX-License-Identifier: MIT */
/* Ways for packets to leave the machine. */
#ifndef TRANSPORT_H
#define TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct transport {
	const char *name;
	bool (*init)(void); /* false: the device is not there */
	/* Send a packet; the bytes may be reused at once. False: the device hangs. */
	bool (*send)(const uint8_t *bytes, size_t length);
	bool (*flush)(void); /* wait until all is out */
};

extern const struct transport com2_transport, virtio_transport;

#endif
