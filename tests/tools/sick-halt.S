/* SPDX-License-Identifier: MIT */
/* Halts for good. */
#include "multiboot.inc"
	cli
	hlt
