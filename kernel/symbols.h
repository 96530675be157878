/* SPDX-License-Identifier: MIT */
/* Names of addresses in the kernel's own code (tools/ksymbols made the list). */
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

/* "name+0x12" of a kernel address into text; "?" when it is none. */
void symbol_name(uint64_t address, char *text, unsigned size);

/* Does it lie in the entry and exit code of a delivery? */
bool in_entry_code(uint64_t address);

#endif
