/* SPDX-License-Identifier: MIT */
/* Not a test: talk/ calls event/, a room above it. tests/host/rooms wants this not to link. */
#include "event/names.h"

int main(void)
{
	return !name_stack(0);
}
