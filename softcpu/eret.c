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

static bool pop_image(struct cpu *cpu, struct image *image, struct fault *fault)
{
	uint64_t from = cpu->reg[RSP] + 8;

	if (guest_read(cpu, from, image, sizeof(*image), ACCESS_READ, fault))
		return true;
	if (fault->vector == GP) /* a stack access off the canonical range */
		fault->vector = SS;
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

	watch_read(cpu, cpu->reg[RSP] + 8, sizeof(*image));
	end_sti_blocking(cpu);

	v->rip = image->rip;
	v->rflags = image->rflags;
	v->int_state = 0;
	cpu->reg[RSP] = image->rsp;
	if (image->ss & SS_NMI)
		nmi_unblock(cpu);
	/* a step over SYSCALL or INT n traps right behind it, not one instruction late */
	if (was_stepping || (image->ss & SS_SOFTWARE && v->rflags & FLAG_TF))
		cpu->owes_debug |= DR6_BS;
}

static bool erets_checked(struct cpu *cpu, struct fault *fault)
{
	struct vmcb *v = cpu->vmcb;
	struct image image;
	bool was_blocked;
	unsigned level;

	if (!pop_image(cpu, &image, fault))
		return false;
	if (!canonical(cpu, image.rip) || !rflags_allowed(image.rflags) || image.cs >> 19 ||
	    (uint16_t)image.cs != v->cs.selector || image.ss & SS_MUST_BE_0 ||
	    (uint16_t)image.ss != v->ss.selector)
		return refuse(fault, GP, 0);
	level = image.cs >> CS_LEVEL & 3;
	if (level < csl(cpu))
		cpu->config = (cpu->config & ~CONFIG_CSL) | level;
	/* blocking does not last: not one more instruction of it right behind an STI */
	was_blocked = blocked_by_sti(cpu);
	resume(cpu, &image);
	if (image.ss & SS_STI && image.rflags & FLAG_IF && !was_blocked)
		begin_sti_blocking(cpu);
	return true;
}

void erets(struct cpu *cpu)
{
	struct fault fault;

	if (!erets_checked(cpu, &fault))
		raise_fault(cpu, &fault);
}

/* The two selector pairs that STAR names are taken as flat, without a descriptor. */
bool user_segments(struct cpu *cpu, uint16_t code, uint16_t stack, struct vmcb_segment *cs,
		   struct vmcb_segment *ss, struct fault *fault)
{
	uint16_t star = rdmsr(MSR_STAR) >> 48;

	if (stack == (uint16_t)(star + 8) && (code == (uint16_t)(star + 16) || code == star)) {
		*cs = (struct vmcb_segment){code, code == star ? 0xcfb : 0xafb, ~0u, 0};
		*ss = (struct vmcb_segment){stack, 0xcf3, ~0u, 0};
		return true;
	}
	return load_user_code(cpu, code, cs, fault) && load_user_stack(cpu, stack, ss, fault) &&
	       mark_accessed(cpu, code, fault) && mark_accessed(cpu, stack, fault);
}

static bool eretu_checked(struct cpu *cpu, struct fault *fault)
{
	struct vmcb *v = cpu->vmcb;
	struct vmcb_segment cs, ss;
	struct image image;

	if (csl(cpu)) /* before the image is looked at */
		return refuse(fault, GP, 0);
	if (!pop_image(cpu, &image, fault))
		return false;
	if ((image.cs & 3) != 3 || image.cs >> 16 || (image.ss & 3) != 3 ||
	    image.ss & SS_MUST_BE_0 || !rflags_allowed(image.rflags) || image.rflags & FLAG_IOPL)
		return refuse(fault, GP, 0);
	if (!user_segments(cpu, image.cs, image.ss, &cs, &ss, fault))
		return false;
	if (!(cs.attributes & SEG_L)) {
		image.rip = (uint32_t)image.rip;
		image.rsp = (uint32_t)image.rsp;
	}
	if (cs.attributes & SEG_L ? !canonical(cpu, image.rip) : image.rip > cs.limit)
		return refuse(fault, GP, 0);
	v->cs = cs;
	v->ss = ss;
	v->cpl = 3;
	swapgs();
	resume(cpu, &image);
	return true;
}

void eretu(struct cpu *cpu)
{
	struct fault fault;

	if (!eretu_checked(cpu, &fault))
		raise_fault(cpu, &fault);
}
