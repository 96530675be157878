/* SPDX-License-Identifier: MIT */
/* Ends with code 3. */
#include "multiboot.h"
	say "I am not well\n"
	leave 3
