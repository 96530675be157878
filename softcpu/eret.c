// SPDX-License-Identifier: MIT
/*
 * ERETS and ERETU: fred-reference.md section 4. Everything is checked before anything
 * changes: a return that fails is #GP(0) at the instruction, in the context before it.
 */
#include "frame.h"
#include "segment.h"

/* what both pop, from RSP + 8 */
struct image {
	uint64_t rip, cs, rflags, rsp, ss;
};

#define RFLAGS_MUST_BE_0 (1ull << 3 | 1ull << 5 | 1ull << 15 | FLAG_VM | ~0ull << 22)
#define SS_MUST_BE_0	 0xfff80000ull /* 31:19; 63:32 are ignored */

static void refuse(struct cpu *cpu)
{
	raise_exception(cpu, GP, 0, 0);
}

static bool pop_image(struct cpu *cpu, struct image *image)
{
	uint64_t from = cpu->reg[RSP] + 8;
	struct fault fault;

	if (guest_read(cpu, from, image, sizeof(*image), ACCESS_READ, &fault))
		return true;
	if (fault.vector == GP) /* a stack access off the canonical range */
		fault.vector = SS;
	raise_fault(cpu, &fault);
	return false;
}

static bool rflags_allowed(uint64_t rflags)
{
	return rflags & FLAG_FIXED && !(rflags & RFLAGS_MUST_BE_0);
}

/* the part that both share, once the checks are passed */
static void resume(struct cpu *cpu, const struct image *image)
{
	struct vmcb *v = cpu->vmcb;
	bool was_stepping = v->rflags & FLAG_TF;

	v->rip = image->rip;
	v->rflags = image->rflags;
	v->int_state = 0;
	cpu->reg[RSP] = image->rsp;
	if (image->ss & SS_NMI)
		nmi_unblock(cpu);
	/* a step over SYSCALL or INT n traps right behind it, not one instruction late */
	if (was_stepping || (image->ss & SS_SOFTWARE && v->rflags & FLAG_TF))
		cpu->owes_step = true;
}

void erets(struct cpu *cpu)
{
	struct vmcb *v = cpu->vmcb;
	struct image image;
	bool was_blocked;
	unsigned level;

	if (!pop_image(cpu, &image))
		return;
	if (!canonical(cpu, image.rip) || !rflags_allowed(image.rflags) || image.cs >> 19 ||
	    (uint16_t)image.cs != v->cs.selector || image.ss & SS_MUST_BE_0 ||
	    (uint16_t)image.ss != v->ss.selector) {
		refuse(cpu);
		return;
	}
	level = image.cs >> CS_LEVEL & 3;
	if (level < csl(cpu))
		cpu->config = (cpu->config & ~CONFIG_CSL) | level;
	/* blocking does not last: not one more instruction of it right behind an STI */
	was_blocked = blocked_by_sti(cpu);
	resume(cpu, &image);
	if (image.ss & SS_STI && image.rflags & FLAG_IF && !was_blocked) {
		v->int_state = 1;
		cpu->erets_sti = image.rip;
	}
}

/* The two selector pairs that STAR names are taken as flat, without a descriptor. */
bool user_segments(struct cpu *cpu, uint16_t code, uint16_t stack, struct vmcb_segment *cs,
		   struct vmcb_segment *ss)
{
	uint16_t star = rdmsr(MSR_STAR) >> 48;
	struct fault fault;

	if (stack == (uint16_t)(star + 8) && (code == (uint16_t)(star + 16) || code == star)) {
		*cs = (struct vmcb_segment){code, code == star ? 0xcfb : 0xafb, ~0u, 0};
		*ss = (struct vmcb_segment){stack, 0xcf3, ~0u, 0};
		return true;
	}
	if (load_user_code(cpu, code, cs, &fault) && load_user_stack(cpu, stack, ss, &fault) &&
	    mark_accessed(cpu, code, &fault) && mark_accessed(cpu, stack, &fault))
		return true;
	raise_fault(cpu, &fault);
	return false;
}

void eretu(struct cpu *cpu)
{
	struct vmcb *v = cpu->vmcb;
	struct vmcb_segment cs, ss;
	struct image image;

	if (csl(cpu)) { /* before the image is looked at */
		refuse(cpu);
		return;
	}
	if (!pop_image(cpu, &image))
		return;
	if ((image.cs & 3) != 3 || image.cs >> 16 || (image.ss & 3) != 3 ||
	    image.ss & SS_MUST_BE_0 || !rflags_allowed(image.rflags) || image.rflags & FLAG_IOPL) {
		refuse(cpu);
		return;
	}
	if (!user_segments(cpu, image.cs, image.ss, &cs, &ss))
		return;
	if (!(cs.attributes & SEG_L)) {
		image.rip = (uint32_t)image.rip;
		image.rsp = (uint32_t)image.rsp;
	}
	if (cs.attributes & SEG_L ? !canonical(cpu, image.rip) : image.rip > cs.limit) {
		refuse(cpu);
		return;
	}
	v->cs = cs;
	v->ss = ss;
	v->cpl = 3;
	swapgs();
	resume(cpu, &image);
}
