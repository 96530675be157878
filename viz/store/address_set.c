/* SPDX-License-Identifier: MIT */
#include "address_set.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 4096

void address_set_free(struct address_set *set)
{
	free(set->slot);
	memset(set, 0, sizeof(*set));
}

static void put(struct address_set *set, uint64_t mark)
{
	size_t i = (size_t)(mark * 0x9e3779b97f4a7c15ull >> 32) & (set->size - 1);

	while (set->slot[i] && set->slot[i] != mark)
		i = (i + 1) & (set->size - 1);
	set->used += !set->slot[i];
	set->slot[i] = mark;
}

static bool grow(struct address_set *set)
{
	size_t old_size = set->size, size = old_size ? 2 * old_size : FIRST_SIZE;
	uint64_t *old = set->slot, *slot;

	if (size > 2 * (size_t)ADDRESS_SET_MAX)
		return false;
	slot = calloc(size, sizeof(*slot));
	if (!slot)
		return false;
	set->slot = slot;
	set->size = size;
	set->used = 0;
	for (size_t i = 0; i < old_size; i++) {
		if (old[i])
			put(set, old[i]);
	}
	free(old);
	return true;
}

void address_set_add(struct address_set *set, uint64_t address)
{
	uint64_t mark = address + 1;

	if (!mark || mark == set->newest) /* a loop interrupts at the same place */
		return;
	if ((set->used + 1) * 2 > set->size && !grow(set))
		return;
	set->newest = mark;
	put(set, mark);
}

bool address_set_next(struct address_set *set, uint64_t *address)
{
	for (; set->read < set->size; set->read++) {
		if (!set->slot[set->read])
			continue;
		*address = set->slot[set->read] - 1;
		set->slot[set->read++] = 0;
		return true;
	}
	set->read = set->used = 0;
	set->newest = 0;
	return false;
}
