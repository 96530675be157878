/* SPDX-License-Identifier: MIT */
/* Ends with code 3. */
#include "multiboot.inc"
	say "I am not well\n"
	leave 3
