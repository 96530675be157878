/* SPDX-License-Identifier: MIT */
/* Halts for good. */
#include "multiboot.h"
	cli
	hlt
