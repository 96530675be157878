/* SPDX-License-Identifier: MIT */
/* The way to a place in the kernel, across entry code into what was interrupted. */
#ifndef BACKTRACE_H
#define BACKTRACE_H

#include <stdint.h>

/* Print the calls that lead to (rip, rbp); what repeats is printed once, and counted. */
void backtrace(uint64_t rip, uint64_t rbp);

#endif
