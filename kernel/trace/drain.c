/* SPDX-License-Identifier: MIT */
/* Empties the ring: packs records and hands packets to the transport. */
#include "drain.h"
#include "kernel/console.h"
#include "kernel/cpu.h"
#include "kernel/options.h"
#include "ring.h"
#include "trace.h"
#include "trace/ftpack.h"
#include "transport.h"

static const struct transport *transport;
static struct ft_packer packer;
static uint32_t packets;
static uint64_t sent;

static const char *how_to_add(void)
{
	return options.trace == TRACE_COM2
		       ? "QEMU adds it as its second -serial"
		       : "tools/run adds it by --trace FILE --transport virtio, QEMU by "
			 "-device virtio-serial-pci -device virtconsole";
}

bool trace_init(void)
{
	bool auto_choice = options.trace == TRACE_AUTO;

	if (auto_choice || options.trace == TRACE_VIRTIO)
		transport = virtio_transport.init() ? &virtio_transport : NULL;
	if (!transport && (auto_choice || options.trace == TRACE_COM2))
		transport = com2_transport.init() ? &com2_transport : NULL;
	ft_packer_init(&packer, 0);
	if (!transport && !auto_choice && options.trace != TRACE_NONE) {
		printk("fredlab: trace=%s asked for, but the machine has no such device; %s\n",
		       options.trace == TRACE_COM2 ? "com2" : "virtio", how_to_add());
		return false;
	}
	if (!transport)
		options.trace = TRACE_NONE;
	trace_set(true);
	return true;
}

const char *trace_transport(void)
{
	return transport ? transport->name : "none";
}

/* A transport that hangs costs the trace, not the run. */
static void give_up(void)
{
	printk("fredlab: the trace's transport (%s) hangs; nothing more is recorded\n",
	       transport->name);
	transport = NULL;
	trace_set(false);
}

static void send_packet(struct ft_ring *ring, uint64_t next)
{
	size_t length = ft_packer_finish(&packer, packets);

	if (!length)
		return;
	packets++;
	if (!transport->send(packer.bytes, length)) {
		give_up();
		return;
	}
	sent += next - ring->tail;
	/* Only now may the records' slots be written again */
	__atomic_store_n(&ring->tail, next, __ATOMIC_RELEASE);
}

static void drain_ring(struct ft_ring *ring, bool force)
{
	uint64_t next = ring->tail;

	while (transport && next < __atomic_load_n(&ring->head, __ATOMIC_RELAXED)) {
		const struct ft_record *record = &ring->slot[next % RING_RECORDS];

		if (__atomic_load_n(&record->word[FT_COMMIT], __ATOMIC_ACQUIRE) != next + 1) {
			if (!force)
				break; /* its writer was interrupted; what follows must wait for it
					*/
			send_packet(ring, next);
			__atomic_store_n(&ring->tail, ++next, __ATOMIC_RELEASE);
			continue;
		}
		if (!ft_pack(&packer, record, next)) {
			send_packet(ring, next);
			continue;
		}
		next++;
	}
	if (transport)
		send_packet(ring, next);
}

static bool draining;

static void drain(bool force)
{
	for (unsigned cpu = 0; cpu < CPUS; cpu++)
		drain_ring(&trace_rings[cpu], force);
	if (transport && !transport->flush())
		give_up();
	__atomic_store_n(&draining, false, __ATOMIC_RELEASE);
}

void trace_drain(void)
{
	if (transport && !__atomic_exchange_n(&draining, true, __ATOMIC_ACQUIRE))
		drain(false);
}

void trace_drain_by_force(void)
{
	if (!transport)
		return;
	ft_packer_init(&packer, 0);
	drain(true);
}

bool trace_wants_drain(void)
{
	return transport && trace_rings[0].head - trace_rings[0].tail >= RING_RECORDS / 4;
}

uint64_t trace_lost(void)
{
	return trace_rings[0].lost + trace_rings[0].lost_total;
}

uint64_t trace_sent(void)
{
	return sent;
}
