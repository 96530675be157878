/* SPDX-License-Identifier: MIT */
/* What a return or a write to an MSR must come to, from the reference's tables. */
#ifndef MODEL_H
#define MODEL_H

#include "suite.h"

struct outcome {
	bool fault;
	uint8_t vector;
	uint16_t error;
	/* if it works: */
	unsigned csl;
	bool compatibility, step_at_once, sti_blocking, unblocks_nmis;
};

/* selectors that the suite's tables have, and what ERETU must make of each */
struct selector_rule {
	uint16_t selector;
	uint8_t vector; /* 0: it loads */
	uint16_t error;
	bool compatibility; /* code: 32 bits */
};
extern const struct selector_rule code_rules[], stack_rules[];
extern const unsigned code_rule_count, stack_rule_count;

struct outcome model_erets(const struct frame *image, unsigned csl);
struct outcome model_eretu(const struct frame *image, unsigned csl);
bool model_msr_accepts(uint32_t msr, uint64_t value);

#endif
