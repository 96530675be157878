/* SPDX-License-Identifier: MIT */
/* Runs a workload under one delivery or both, and says how it went. */
#ifndef RUN_H
#define RUN_H

/* Run it under what options.delivery says, compare, and end the machine. Kernel task. */
void workload_main(void) __attribute__((noreturn));

#endif
