/* SPDX-License-Identifier: MIT */
/* The table of .fixups, which the linker gathers. */
#include "fixup.h"

extern const struct fixup fixups_begin[], fixups_end[];

uint64_t fixup_for(uint64_t rip)
{
	for (const struct fixup *f = fixups_begin; f < fixups_end; f++)
		if (f->insn == rip)
			return f->fixup;
	return 0;
}
