/* SPDX-License-Identifier: MIT */
/* Names of addresses in the kernel's own code. */
#include "symbols.h"
#include "format.h"

extern const char entry_begin[], entry_end[]; /* link.ld */

/* Made by tools/ksymbols from the linked kernel: sorted, the last one past the end. */
struct ksymbol {
	uint64_t address;
	const char *name;
};
extern const struct ksymbol ksymbols[];
extern const uint64_t ksymbols_count;

void symbol_name(uint64_t address, char *text, unsigned size)
{
	uint64_t low = 0, high = ksymbols_count;

	while (low < high) {
		uint64_t middle = (low + high) / 2;

		if (ksymbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || low == ksymbols_count)
		format_text(text, size, "?");
	else
		format_text(text, size, "%s+0x%lx", ksymbols[low - 1].name,
			    address - ksymbols[low - 1].address);
}

bool in_entry_code(uint64_t address)
{
	return address >= (uint64_t)entry_begin && address < (uint64_t)entry_end;
}
