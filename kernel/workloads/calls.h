/* SPDX-License-Identifier: MIT */
/* System calls that only workloads have. */
#ifndef CALLS_H
#define CALLS_H

/* What SYS_WORKLOAD calls: the half of a workload that its ring-3 program cannot do itself. */
extern long (*workload_half)(unsigned long a, unsigned long b);

/* Answer them from now on. */
void workload_calls(void);

#endif
