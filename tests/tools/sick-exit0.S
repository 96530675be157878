/* SPDX-License-Identifier: MIT */
/* Ends well, and prints nothing. */
#include "multiboot.inc"
	leave 0
