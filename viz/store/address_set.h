/* SPDX-License-Identifier: MIT */
/* The distinct addresses of a run, so that each is looked up in the DWARF once. */
#ifndef STORE_ADDRESS_SET_H
#define STORE_ADDRESS_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address_set {
	uint64_t *slot; /* address + 1; 0 = empty */
	size_t size, used;
	size_t read; /* cursor of address_set_next() */
	uint64_t newest;
};

/* Memory is bounded; addresses beyond this many stay without a name. */
#define ADDRESS_SET_MAX (1u << 20)

void address_set_free(struct address_set *set);
void address_set_add(struct address_set *set, uint64_t address);

/* Takes one address after another out of the set; false when it is empty. */
bool address_set_next(struct address_set *set, uint64_t *address);

#endif
