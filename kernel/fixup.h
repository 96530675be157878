/* SPDX-License-Identifier: MIT */
/* Instructions of ring 0 that may fault, and where it goes on then. */
#ifndef FIXUP_H
#define FIXUP_H

#include <stdint.h>

/*
 * Code that may fault: when the instruction at `insn` does, execution goes on at
 * `fixup`. In assembly: FIXUP(insn, fixup).
 */
struct fixup {
	uint64_t insn, fixup;
};

#define FIXUP(insn, fixup) \
	".pushsection .fixups, \"a\"\n\t.balign 8\n\t.quad " #insn ", " #fixup "\n\t.popsection\n"

/* 0, or where to go on after a fault at rip. */
uint64_t fixup_for(uint64_t rip);

#endif
