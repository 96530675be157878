/* SPDX-License-Identifier: MIT */
/*
 * virtio-serial port 0 (QEMU: virtio-serial-pci with a virtconsole), by the legacy
 * PCI interface (virtio 1.x, 4.1.4.8): the trace leaves as buffers, not bytes.
 */
#include "kernel/cpu.h"
#include "kernel/library.h"
#include "kernel/memory.h"
#include "kernel/pages.h"
#include "transport.h"

#define PCI_ADDRESS	   0xcf8
#define PCI_DATA	   0xcfc
#define PCI_COMMAND	   0x04
#define PCI_BAR0	   0x10
#define COMMAND_IO	   1
#define COMMAND_BUS_MASTER 4
#define VIRTIO_SERIAL	   0x10031af4 /* device:vendor, transitional */

/* Legacy registers, offsets in BAR 0 */
#define REG_FEATURES	 0x04
#define REG_QUEUE_PAGE	 0x08
#define REG_QUEUE_SIZE	 0x0c
#define REG_QUEUE_SELECT 0x0e
#define REG_QUEUE_NOTIFY 0x10
#define REG_STATUS	 0x12

#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER	   2
#define STATUS_DRIVER_OK   4

#define QUEUE_RECEIVE  0
#define QUEUE_TRANSMIT 1
#define BUFFERS	       32
#define LOOKS_LIMIT    200000000u

struct descriptor {
	uint64_t address;
	uint32_t length;
	uint16_t flags, next;
};

struct available {
	uint16_t flags, index;
	uint16_t ring[];
};

struct used {
	uint16_t flags, index;
	struct {
		uint32_t id, length;
	} ring[];
};

static uint16_t port;
static struct descriptor *descriptors;
static struct available *available;
static volatile struct used *used;
static uint16_t queue_size, next_index;
static uint64_t buffer[BUFFERS]; /* physical, one page each */

static uint32_t pci_read(unsigned device, unsigned reg)
{
	outl(PCI_ADDRESS, 0x80000000 | device << 11 | reg);
	return inl(PCI_DATA);
}

static void pci_write(unsigned device, unsigned reg, uint32_t value)
{
	outl(PCI_ADDRESS, 0x80000000 | device << 11 | reg);
	outl(PCI_DATA, value);
}

/* Bus 0 is where QEMU's machine puts it. */
static bool find_device(void)
{
	for (unsigned device = 0; device < 32; device++) {
		uint32_t bar;

		if (pci_read(device, 0) != VIRTIO_SERIAL)
			continue;
		bar = pci_read(device, PCI_BAR0);
		if (!(bar & 1))
			return false; /* no I/O ports: not transitional */
		pci_write(device, PCI_COMMAND,
			  pci_read(device, PCI_COMMAND) | COMMAND_IO | COMMAND_BUS_MASTER);
		port = bar & ~3u;
		return true;
	}
	return false;
}

/* Legacy layout: descriptors, available ring, then on the next page the used ring. */
static bool set_up_queue(unsigned queue)
{
	uint64_t memory, available_end, bytes;

	outw(port + REG_QUEUE_SELECT, (uint16_t)queue);
	queue_size = inw(port + REG_QUEUE_SIZE);
	/* The device says how many: 128 in QEMU 7.2, 1024 in QEMU 10 */
	if (queue_size < BUFFERS)
		return false;
	available_end = queue_size * sizeof(struct descriptor) + 6 + 2 * queue_size;
	available_end = (available_end + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
	bytes = available_end + 6 + 8ull * queue_size;
	memory = pages_alloc_contiguous(bytes);
	if (!memory)
		return false;
	memset(phys_to_virt(memory), 0, bytes);
	descriptors = phys_to_virt(memory);
	available = phys_to_virt(memory + queue_size * sizeof(struct descriptor));
	used = phys_to_virt(memory + available_end);
	outl(port + REG_QUEUE_PAGE, (uint32_t)(memory / PAGE_SIZE));
	return true;
}

static bool virtio_init(void)
{
	if (!find_device())
		return false;
	outb(port + REG_STATUS, 0);
	outb(port + REG_STATUS, STATUS_ACKNOWLEDGE);
	outb(port + REG_STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
	outl(port + REG_FEATURES, 0); /* one port: no multiport, no control queues */
	if (!set_up_queue(QUEUE_RECEIVE) || !set_up_queue(QUEUE_TRANSMIT))
		return false;
	available->flags = 1; /* no interrupts when a buffer is used up */
	for (unsigned i = 0; i < BUFFERS; i++)
		buffer[i] = page_alloc();
	outb(port + REG_STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_DRIVER_OK);
	return true;
}

/* Until no more than `busy` buffers are the device's. */
static bool wait_for(uint16_t busy)
{
	for (uint32_t looks = 0; looks < LOOKS_LIMIT; looks++) {
		if ((uint16_t)(next_index - used->index) <= busy)
			return true;
		cpu_relax();
	}
	return false;
}

static bool virtio_send(const uint8_t *bytes, size_t length)
{
	uint16_t slot = next_index % BUFFERS;

	if (length > PAGE_SIZE || !wait_for(BUFFERS - 1))
		return false;
	memcpy(phys_to_virt(buffer[slot]), bytes, length);
	descriptors[slot] = (struct descriptor){buffer[slot], (uint32_t)length, 0, 0};
	available->ring[next_index % queue_size] = slot;
	next_index++;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	*(volatile uint16_t *)&available->index = next_index;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	outw(port + REG_QUEUE_NOTIFY, QUEUE_TRANSMIT);
	return true;
}

static bool virtio_flush(void)
{
	return wait_for(0);
}

const struct transport virtio_transport = {"virtio", virtio_init, virtio_send, virtio_flush};
