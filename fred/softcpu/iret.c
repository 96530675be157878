// SPDX-License-Identifier: MIT
/*
 * IRET, executed by softcpu where it must see the end of it: while NMIs are blocked, and
 * under FRED, which forbids a change of ring (fred-reference.md section 5). 64-bit mode only;
 * SDM vol. 2, IRET.
 */
#include "guest_memory.h"

static bool pop(struct cpu *cpu, unsigned size, uint64_t word[5], struct fault *fault)
{
	unsigned access = cpu->vmcb->cpl == 3 ? ACCESS_USER : ACCESS_READ;
	uint8_t raw[40];

	if (!guest_read(cpu, cpu->reg[RSP], raw, 5 * size, access, fault)) {
		if (fault->vector == GP)
			fault->vector = SS;
		return false;
	}
	for (int i = 0; i < 5; i++) {
		word[i] = 0;
		__builtin_memcpy(&word[i], raw + i * size, size);
	}
	return true;
}

static bool refuse(struct fault *fault, uint8_t vector, uint16_t selector)
{
	*fault = (struct fault){ .vector = vector, .error = selector & ~3u };
	return false;
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
		*ss = (struct vmcb_segment){ 0 };
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

static bool iret_checked(struct cpu *cpu, unsigned size, struct fault *fault)
{
	struct vmcb *v = cpu->vmcb;
	struct vmcb_segment cs, ss;
	unsigned old_cpl = v->cpl;
	uint64_t w[5], flags, may_change = 0x254dd5; /* ID AC RF NT OF DF TF SF ZF AF PF CF */
	uint16_t code, stack;

	if (v->rflags & FLAG_NT) /* a task return: not in long mode */
		return refuse(fault, GP, 0);
	if (!pop(cpu, size, w, fault))
		return false;
	code = w[1];
	stack = w[4];
	if ((code & 3) < old_cpl)
		return refuse(fault, GP, code);
	/* rings 1 and 2 are not served: see README.md */
	if ((code & 3) != 0 && (code & 3) != 3)
		return refuse(fault, GP, code);
	if (cpu->fred && (code & 3) != old_cpl)
		return refuse(fault, GP, code);
	if ((code & 3) == 0) {
		if (!load_kernel_segments(cpu, code, stack, &cs, &ss, fault))
			return false;
	} else if (!load_user_code(cpu, code, &cs, fault) || (stack & 3) != 3 ||
		   !load_user_stack(cpu, stack, &ss, fault) ||
		   !mark_accessed(cpu, code, fault) || !mark_accessed(cpu, stack, fault)) {
		return fault->vector ? false : refuse(fault, GP, stack);
	}
	if (cs.attributes & SEG_L ? !canonical(cpu, w[0]) : w[0] > cs.limit)
		return refuse(fault, GP, 0);

	if (old_cpl <= (v->rflags >> 12 & 3))
		may_change |= FLAG_IF;
	if (old_cpl == 0)
		may_change |= FLAG_IOPL | 1 << 19 | 1 << 20; /* VIF, VIP */
	if (size == 2)
		may_change &= 0xffff;
	flags = (v->rflags & ~may_change) | (w[2] & may_change) | FLAG_FIXED;
	if (v->rflags & FLAG_TF)
		cpu->owes_step = true;
	v->cs = cs;
	v->ss = ss;
	v->rip = w[0];
	v->rflags = flags;
	v->int_state = 0;
	v->cpl = code & 3;
	cpu->reg[RSP] = w[3];
	if (v->cpl > old_cpl)
		drop_privileged_segments(cpu);
	return true;
}

void iret(struct cpu *cpu)
{
	struct fault fault = { 0 };
	struct instruction in;
	bool done;

	decode(cpu, &in);
	if (in.lock) {
		raise_exception(cpu, UD, 0, 0);
		return;
	}
	done = iret_checked(cpu, in.rex & 8 ? 8 : in.operand_size ? 2 : 4, &fault);
	/* SDM vol. 3, 6.7.1: IRET ends the blocking, also if it faults */
	nmi_unblock(cpu);
	if (!done)
		raise_fault(cpu, &fault);
}
