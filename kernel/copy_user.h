/* SPDX-License-Identifier: MIT */
/* Copies from or to where there may be no page. */
#ifndef COPY_USER_H
#define COPY_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "layout.h"

/* The bytes left when a #PF had no cure, 0 = all went. */
size_t copy_bytes_user(void *to, const void *from, size_t length);

/* Addresses that ring 3 gave. False: not all of it is user memory. */
static inline bool is_user(uint64_t address, uint64_t length)
{
	return address < USER_END && length <= USER_END - address;
}

static inline bool copy_from_user(void *to, uint64_t from, size_t length)
{
	return is_user(from, length) && copy_bytes_user(to, (const void *)from, length) == 0;
}

static inline bool copy_to_user(uint64_t to, const void *from, size_t length)
{
	return is_user(to, length) && copy_bytes_user((void *)to, from, length) == 0;
}

#endif
