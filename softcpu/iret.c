// SPDX-License-Identifier: MIT
/*
 * IRET, executed by softcpu where it must see the end of it: while NMIs are blocked, and
 * under FRED, which forbids a change of ring (fred-reference.md section 5). SDM vol. 2, IRET.
 */
#include "segment.h"

/* the stack as IRET sees it: outside 64-bit mode SS has a base, and maybe 16 bits */
static uint64_t stack_address(const struct cpu *cpu, unsigned offset)
{
	const struct vmcb_segment *ss = &cpu->vmcb->ss;
	uint64_t rsp = cpu->reg[RSP] + offset;

	if (in_64bit_mode(cpu))
		return rsp;
	return (uint32_t)(ss->base + (ss->attributes & SEG_D ? (uint32_t)rsp : (uint16_t)rsp));
}

/* RSP behind three words, from other than 64-bit mode */
static uint64_t behind_three(const struct cpu *cpu, unsigned size)
{
	uint64_t rsp = cpu->reg[RSP];
	uint32_t behind = (uint32_t)rsp + 3 * size;

	if (cpu->vmcb->ss.attributes & SEG_D)
		return behind;
	return (rsp & ~0xffffull) | (uint16_t)behind;
}

static bool pop(struct cpu *cpu, unsigned size, unsigned first, unsigned last, uint64_t word[5],
		struct fault *fault)
{
	unsigned access = cpu->vmcb->cpl == 3 ? ACCESS_USER : ACCESS_READ;

	for (unsigned i = first; i < last; i++) {
		word[i] = 0;
		if (guest_read(cpu, stack_address(cpu, i * size), &word[i], size, access, fault))
			continue;
		if (fault->vector == GP)
			fault->vector = SS;
		return false;
	}
	return true;
}

/* back to ring 0: CS may be another one, SS may be null */
static bool load_kernel_segments(struct cpu *cpu, uint16_t code, uint16_t stack,
				 struct vmcb_segment *cs, struct vmcb_segment *ss,
				 struct fault *fault)
{
	unsigned a;

	if (!(code & ~3u))
		return refuse(fault, GP, 0);
	if (!read_descriptor(cpu, code, cs, fault))
		return false;
	a = cs->attributes;
	/* FRED: a CS that is not 64-bit has no place in ring 0 */
	if (!(a & SEG_S) || !(a & SEG_CODE) || a & SEG_DPL || (a & SEG_L && a & SEG_D) ||
	    (cpu->fred && !(a & SEG_L)))
		return refuse(fault, GP, code);
	if (!(a & SEG_PRESENT))
		return refuse(fault, NP, code);
	if (!(stack & ~3u)) {
		if (stack & 3 || !(a & SEG_L))
			return refuse(fault, GP, 0);
		*ss = (struct vmcb_segment){0};
		return mark_accessed(cpu, code, fault);
	}
	if (!read_descriptor(cpu, stack, ss, fault))
		return false;
	a = ss->attributes;
	if (stack & 3 || !(a & SEG_S) || a & SEG_CODE || !(a & SEG_WRITABLE) || a & SEG_DPL)
		return refuse(fault, GP, stack);
	if (!(a & SEG_PRESENT))
		return refuse(fault, SS, stack);
	return mark_accessed(cpu, code, fault) && mark_accessed(cpu, stack, fault);
}

/* CF PF AF ZF SF TF DF OF NT RF AC ID: what any ring may change */
#define FLAGS_FOR_ALL 0x254dd5ull
#define FLAGS_VIF_VIP (3ull << 19)

static uint64_t new_flags(const struct cpu *cpu, uint64_t popped, unsigned size)
{
	uint64_t old = cpu->vmcb->rflags, may_change = FLAGS_FOR_ALL;

	if (cpu->vmcb->cpl <= (old >> 12 & 3))
		may_change |= FLAG_IF;
	if (cpu->vmcb->cpl == 0)
		may_change |= FLAG_IOPL | FLAGS_VIF_VIP;
	if (size == 2)
		may_change &= 0xffff;
	return (old & ~may_change) | (popped & may_change) | FLAG_FIXED;
}

static bool iret_checked(struct cpu *cpu, unsigned size, struct fault *fault)
{
	struct vmcb *v = cpu->vmcb;
	struct vmcb_segment cs = {0}, ss = {0};
	unsigned old_cpl = v->cpl;
	uint64_t w[5]; /* RIP CS RFLAGS, and RSP SS from 64-bit mode or to another ring */
	uint16_t code, stack;
	bool short_form;

	if (v->rflags & FLAG_NT) /* a task return: not in long mode */
		return refuse(fault, GP, 0);
	if (!pop(cpu, size, 0, 3, w, fault))
		return false;
	code = w[1];
	short_form = !in_64bit_mode(cpu) && (code & 3) == old_cpl;
	/* rings 1 and 2 are not served: see README.md */
	if ((code & 3) < old_cpl || ((code & 3) != 0 && (code & 3) != 3) ||
	    (cpu->fred && (code & 3) != old_cpl))
		return refuse(fault, GP, code);
	if (short_form) {
		w[3] = behind_three(cpu, size);
		w[4] = v->ss.selector;
	} else if (!pop(cpu, size, 3, 5, w, fault)) {
		return false;
	}
	stack = w[4];
	if ((code & 3) == 0) {
		if (!load_kernel_segments(cpu, code, stack, &cs, &ss, fault))
			return false;
	} else if (!load_user_code(cpu, code, &cs, fault) || (stack & 3) != 3 ||
		   !load_user_stack(cpu, stack, &ss, fault) || !mark_accessed(cpu, code, fault) ||
		   !mark_accessed(cpu, stack, fault)) {
		return fault->vector ? false : refuse(fault, GP, stack);
	}
	if (!(cs.attributes & SEG_L))
		w[0] = (uint32_t)w[0];
	if (cs.attributes & SEG_L ? !canonical(cpu, w[0]) : w[0] > cs.limit)
		return refuse(fault, GP, 0);

	watch_read(cpu, stack_address(cpu, 0), (short_form ? 3 : 5) * size);
	end_sti_blocking(cpu);
	if (v->rflags & FLAG_TF)
		cpu->owes_debug |= DR6_BS;
	v->rflags = new_flags(cpu, w[2], size);
	v->cs = cs;
	v->ss = ss;
	v->rip = w[0];
	v->int_state = 0;
	v->cpl = code & 3;
	cpu->reg[RSP] = w[3];
	if (v->cpl > old_cpl)
		drop_privileged_segments(cpu);
	return true;
}

void iret(struct cpu *cpu)
{
	struct fault fault = {0};
	struct instruction in;
	bool done;

	if (!decode_unlocked(cpu, &in))
		return;
	if (in_64bit_mode(cpu) || cpu->vmcb->cs.attributes & SEG_D)
		done = iret_checked(cpu, in.rex & 8 ? 8 : in.operand_size ? 2 : 4, &fault);
	else
		done = iret_checked(cpu, in.operand_size ? 4 : 2, &fault);
	/* SDM vol. 3, 6.7.1: IRET ends the blocking, also if it faults */
	nmi_unblock(cpu);
	if (done)
		count_instruction(cpu);
	else if (cpu->fred || !cpu->nmi_pending)
		raise_fault(cpu, &fault);
	/* else the NMI is injected first, and the IRET faults again, by itself, after it */
}
