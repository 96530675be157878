/* SPDX-License-Identifier: MIT */
/* Random numbers and return images. May use model.h and returns.h. */
#ifndef RANDOM_H
#define RANDOM_H

#include "model.h"
#include "returns.h"

/* all flags that may be anything; IOPL among them */
#define FLAGS_FREE 0x3d7fd5ull

void random_seed(uint64_t seed, uint64_t part);
uint64_t random_bits(void);
uint64_t below(uint64_t n);
bool one_in(unsigned n);
/* into `image`: good, with up to three changes */
void random_image(bool user);

#endif
