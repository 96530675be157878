/* SPDX-License-Identifier: MIT */
/* What does a system call leave in the half of ESP that is not the stack pointer? */
#include "user.h"

#define STACK_BYTES 0x10000
#define ESP_BEFORE  0x5a5a8000u /* SP in the middle of the segment, the rest easy to know again */
#define ROUNDS	    4
#define LOOKS	    1000000 /* between two calls: about one tick when instructions are counted */

void call_from_16(uint32_t esp, uint32_t number, uint32_t tell);
uint32_t wait_in_16(uint32_t esp, uint32_t looks, uint32_t tell);

/* The stack segment lies where SYS_map begins. */
void program_espfix(uint64_t measure)
{
	syscall2(SYS_MAP, STACK_BYTES, 0);
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t before = time_stamp();

		call_from_16(ESP_BEFORE, SYS_GETPID, measure ? 0 : SYS_WORKLOAD);
		if (measure)
			syscall2(SYS_WORKLOAD, time_stamp() - before, 0);
	}
	if (measure)
		return;
	mark(2, "32-bit code on a 16-bit stack, met by the timer and an NMI");
	while (!wait_in_16(ESP_BEFORE, LOOKS, SYS_WORKLOAD))
		;
}
