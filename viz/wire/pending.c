/* SPDX-License-Identifier: MIT */
/* Open addressing, linear probing, backward-shift deletion. */
#include "pending.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 1024

void pending_init(struct pending *p)
{
	memset(p, 0, sizeof(*p));
}

void pending_free(struct pending *p)
{
	free(p->slot);
	memset(p, 0, sizeof(*p));
}

void pending_clear(struct pending *p)
{
	if (p->slot)
		memset(p->slot, 0, p->size * sizeof(*p->slot));
	p->used = 0;
}

/* Never 0: the sequence is counted from 1 here. */
static uint64_t make_key(unsigned cpu, uint64_t seq)
{
	return (seq + 1) << 8 | (cpu & 0xff);
}

static size_t home(const struct pending *p, uint64_t key)
{
	return (size_t)(key * 0x9e3779b97f4a7c15ull >> 32) & (p->size - 1);
}

static void put(struct pending *p, uint64_t key, uint64_t n)
{
	size_t i = home(p, key);

	while (p->slot[i].key && p->slot[i].key != key)
		i = (i + 1) & (p->size - 1);
	if (!p->slot[i].key)
		p->used++;
	p->slot[i].key = key;
	p->slot[i].n = n;
}

static bool grow(struct pending *p)
{
	size_t old_size = p->size, size = old_size ? old_size * 2 : FIRST_SIZE;
	struct pending_slot *old = p->slot, *slot;

	if (size > 2 * (size_t)PENDING_MAX)
		return false;
	slot = calloc(size, sizeof(*slot));
	if (!slot)
		return false;
	p->slot = slot;
	p->size = size;
	p->used = 0;
	for (size_t i = 0; i < old_size; i++) {
		if (old[i].key)
			put(p, old[i].key, old[i].n);
	}
	free(old);
	return true;
}

bool pending_add(struct pending *p, unsigned cpu, uint64_t seq, uint64_t n)
{
	uint64_t key = make_key(cpu, seq);

	if (key < 256 || ((p->used + 1) * 2 > p->size && !grow(p)))
		return false;
	put(p, key, n);
	return true;
}

/* Its slot, or p->size if it is not there. */
static size_t search(const struct pending *p, uint64_t key)
{
	if (!p->size)
		return 0;
	size_t i = home(p, key);

	while (p->slot[i].key != key) {
		if (!p->slot[i].key)
			return p->size;
		i = (i + 1) & (p->size - 1);
	}
	return i;
}

uint64_t pending_find(const struct pending *p, unsigned cpu, uint64_t seq)
{
	size_t i = search(p, make_key(cpu, seq));

	return i < p->size ? p->slot[i].n : 0;
}

uint64_t pending_take(struct pending *p, unsigned cpu, uint64_t seq)
{
	size_t i = search(p, make_key(cpu, seq)), mask = p->size - 1;

	if (i >= p->size)
		return 0;
	uint64_t n = p->slot[i].n;

	/* Close the hole, so that no search ends at it too early. */
	for (size_t j = (i + 1) & mask; p->slot[j].key; j = (j + 1) & mask) {
		size_t h = home(p, p->slot[j].key);

		if (((j - h) & mask) >= ((j - i) & mask)) {
			p->slot[i] = p->slot[j];
			i = j;
		}
	}
	p->slot[i].key = 0;
	p->used--;
	return n;
}
