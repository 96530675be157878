// SPDX-License-Identifier: MIT
/* What there is one of in the image: the processor, the descriptors, the place in memory. */
#include "image.h"

uint64_t image_physical;

const uint64_t gdt[3] = {0, 0x00af9b000000ffff, 0x00cf93000000ffff};

struct cpu cpu0 __attribute__((section(".bss.cpu"), aligned(64)));
