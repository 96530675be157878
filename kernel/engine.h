/* SPDX-License-Identifier: MIT */
/* Who answers FRED instructions: the CPU, softcpu put under the kernel, or nobody. */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdbool.h>
#include "trace/fredtrace.h"

/* Install softcpu where CPUID lacks FRED and options allow it; CPUID decides afterwards. */
void engine_init(void);

enum ft_engine engine(void);
const char *engine_name(void);

/* Why there is no FRED, in words; valid when engine() is FT_ENGINE_NONE. */
const char *engine_why_not(void);

/*
 * Raise #MC (vector 18) or an NMI (2) here, as if the machine had: QEMU's own machine checks do
 * not ask an SVM monitor. False: only softcpu can, and it is not below.
 */
bool engine_inject(unsigned vector);

#endif
