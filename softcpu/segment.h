/* SPDX-License-Identifier: MIT */
/* Descriptors of the guest's, checked and loaded. May use decode.h and walk.h. */
#ifndef SOFTCPU_SEGMENT_H
#define SOFTCPU_SEGMENT_H
#pragma GCC visibility push(hidden)

#include "decode.h"
#include "walk.h"

#define SELECTOR_LDT 4
/* *fault := this one; -> false */
static inline bool refuse(struct fault *fault, uint8_t vector, uint16_t selector)
{
	*fault = (struct fault){.vector = vector, .error = selector & ~3u};
	return false;
}

bool read_descriptor(struct cpu *cpu, uint16_t selector, struct vmcb_segment *segment,
		     struct fault *fault);
bool load_user_code(struct cpu *cpu, uint16_t selector, struct vmcb_segment *segment,
		    struct fault *fault);
bool load_user_stack(struct cpu *cpu, uint16_t selector, struct vmcb_segment *segment,
		     struct fault *fault);
bool mark_accessed(struct cpu *cpu, uint16_t selector, struct fault *fault);
void lkgs(struct cpu *cpu, const struct instruction *in, unsigned modrm);
void drop_privileged_segments(struct cpu *cpu);

#pragma GCC visibility pop
#endif
