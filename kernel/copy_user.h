/* SPDX-License-Identifier: MIT */
/* Copies from or to where there may be no page. */
#ifndef COPY_USER_H
#define COPY_USER_H

#include <stddef.h>

/* The bytes left when a #PF had no cure, 0 = all went. */
size_t copy_bytes_user(void *to, const void *from, size_t length);

#endif
