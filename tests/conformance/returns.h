/* SPDX-License-Identifier: MIT */
/* A return image in memory, and an ERETS or ERETU that meets it. Ring 0: ERETS; 3: ERETU. */
#ifndef RETURNS_H
#define RETURNS_H

#include "suite.h"

extern struct return_image {
	uint8_t room[STACK_ROOM];
	struct frame frame;
	uint8_t behind[64];
} image;

/* where good images go: an INT3 */
extern const uint8_t *const landing, *const landing_32;
extern const uint8_t *const erets_code, *const eretu_code;

/* an image that is right, and would unblock NMIs; the words that do not count are poisoned */
void good_image(unsigned ring);
struct start start_return(unsigned ring, unsigned csl);
/* the return faults, there, and nothing has changed, in memory neither */
void check_refused(unsigned ring, unsigned csl, uint8_t vector, uint64_t error);
/* it works: the INT3 arrives in the state that the image asked for */
void check_accepted(unsigned ring, unsigned csl, unsigned new_csl);
void check_accepted_gs(unsigned ring, unsigned csl, unsigned new_csl, uint64_t gs,
		       uint64_t kernel_gs);

/* bits of one word, each of which must not be changed */
struct slot {
	size_t offset;
	uint64_t bits;
};
void check_each_bit(unsigned ring, const struct slot *slot);

#endif
