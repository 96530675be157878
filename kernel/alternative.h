/* SPDX-License-Identifier: MIT */
/*
 * Alternatives: code that is patched when a delivery is chosen, so that neither pays
 * a branch for the other. Each site keeps both texts in .altcode; alternative.c copies
 * the wanted one over the site. A text that starts with CALL or JMP rel32 is moved
 * with its target.
 */
#ifndef ALTERNATIVE_H
#define ALTERNATIVE_H

/* The site is as long as the longer text and holds NOPs until a delivery is chosen. In GNU as,
   "a < b" is -1 when true. */
#define ALTERNATIVE(idt, fred)                                                              \
	".pushsection .altcode, \"a\"\n"                                                    \
	"773:\t" idt "\n"                                                                   \
	"774:\t" fred "\n"                                                                  \
	"775:\n\t"                                                                          \
	".popsection\n\t"                                                                   \
	"771:\n\t"                                                                          \
	".skip (775b - 774b) + ((775b - 774b) < (774b - 773b)) * ((775b - 774b) - (774b - " \
	"773b)), "                                                                          \
	"0x90\n\t"                                                                          \
	"772:\n\t"                                                                          \
	".pushsection .alternatives, \"a\"\n\t"                                             \
	".balign 8\n\t"                                                                     \
	".quad 771b, 773b, 774b\n\t"                                                        \
	".word 772b - 771b, 774b - 773b, 775b - 774b, 0\n\t"                                \
	".popsection\n"

#ifndef __ASSEMBLER__
#include <stdint.h>

struct alternative {
	uint64_t site;
	uint64_t text[2]; /* by delivery: 0 IDT, 1 FRED */
	uint16_t site_length;
	uint16_t length[2];
	uint16_t padding;
};

/* Patch every site for IDT (0) or FRED (1). Interrupts are off; NMIs must not use a site. */
void alternatives_apply(unsigned which);

/* How many sites do not hold the text for `which`, byte by byte. */
unsigned alternatives_wrong(unsigned which);
unsigned alternatives_count(void);
#endif

#endif
