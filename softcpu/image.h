/* SPDX-License-Identifier: MIT */
/* Between the assembly, softcpu.ld and the C code that installs. May use cpu.h, layout.h,
 * softcpu.h. */
#ifndef SOFTCPU_IMAGE_H
#define SOFTCPU_IMAGE_H
#pragma GCC visibility push(hidden)

#include "cpu.h"
#include "layout.h"
#include "softcpu.h"

struct gate { /* SDM vol. 3, 6.14.1 */
	uint16_t offset0, selector;
	uint8_t ist, type;
	uint16_t offset16;
	uint32_t offset32, zero;
};

extern struct cpu cpu0;
extern const uint64_t gdt[3];
extern const uint8_t image_start[], image_end[]; /* softcpu.ld */
extern uint64_t image_physical;

static inline uint64_t physical_of(const void *p)
{
	return image_physical + ((uint64_t)p - (uint64_t)image_start);
}

/* entry.S */
extern const uint8_t probe_undefined[];
bool probe_erets(void);
void switch_to_image(uint64_t switch_cr3, uint64_t own_cr3);

/* guest.S, doors.S */
extern const uint8_t calibration_guest[], cr4_guest[], dr7_guest[], wrmsr_guest[];
extern const uint8_t interrupt_stubs[], native_stubs[], native_vmmcall[];

/* own_guest.c */
struct own_guest {
	struct vmcb vmcb;
	uint64_t reg[16];
	uint8_t shadow;
};
void own_guest_begin(struct cpu *cpu, struct own_guest *saved, const uint8_t *code);
void own_guest_run(struct cpu *cpu);
void own_guest_end(struct cpu *cpu, const struct own_guest *saved);
bool own_guest_once(struct cpu *cpu, const uint8_t *code, uint64_t *dr7);

/* called from entry.S and doors.S */
int prepare(const struct softcpu_args *args, uint64_t resume_rip, uint64_t resume_rsp);
void installed(void);
_Noreturn void internal_fault(const uint64_t *stack, uint64_t cr2);

#pragma GCC visibility pop
#endif
