/* SPDX-License-Identifier: MIT */
/* How a workload makes the kernel's own events happen at the place where it wants them. */
#ifndef PROVOKE_H
#define PROVOKE_H

#include <stdbool.h>
#include <stdint.h>

/* A touch faults, once: the page is mapped by that. 0..7: the handler touches page n + 8, and
 * faults itself. */
volatile uint64_t *lazy_page(unsigned n);

/* Wait until this CPU has handled so many NMIs; false: they did not come, and it was said. */
bool wait_nmis(uint64_t wanted);

/* Execute one NOP with TF set: a single-step #DB behind it. */
void step_once(void);

/* Raise an event with softcpu's help, as engine_inject(); its entry in the trace says so. */
bool inject(unsigned vector);

/* provoke.S: write there with this RSP, the #PF's RIP has a name; store or WRMSR, and a
 * single-step #DB comes right behind it. */
void fault_on_stack(volatile uint64_t *address, uint64_t rsp);
void step_over_store(volatile uint32_t *address, uint32_t value);
void step_over_wrmsr(uint32_t msr, uint32_t low, uint32_t high);
void store_word(volatile uint64_t *address);
extern const char fault_on_stack_rip[], step_over_store_rip[], step_over_wrmsr_rip[];
extern const char store_word_rip[];

/* Debug register n: #DB before the instruction there, or after a write of the 8 bytes there. */
void break_at(unsigned n, const void *instruction);
void break_on_write(unsigned n, volatile uint64_t *word);
void break_off(unsigned n);

#endif
