/* SPDX-License-Identifier: MIT */
/* A source that only the lab has. */
#include "nine.h"

uint8_t lab_code(enum exit_code code)
{
	return code == EXIT_OK ? 9 : code;
}
