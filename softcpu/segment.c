// SPDX-License-Identifier: MIT
/* Descriptors: what ERETU and IRET check before they load one, and LKGS. */
#include "segment.h"
#include "image.h"

/* VMSAVE and VMLOAD move what SVM leaves in the silicon; one page to move it through */
static uint64_t scratch_vmcb(struct vmcb **page)
{
	static struct vmcb scratch __attribute__((aligned(4096)));

	*page = &scratch;
	return physical_of(&scratch);
}

static bool descriptor_address(struct cpu *cpu, uint16_t selector, uint64_t *address)
{
	struct vmcb_segment table = cpu->vmcb->gdtr;
	struct vmcb *saved;

	if (selector & SELECTOR_LDT) {
		vmsave(scratch_vmcb(&saved));
		table = saved->ldtr;
		if (!(table.selector & ~3u) || !(table.attributes & SEG_PRESENT))
			return false;
	}
	*address = table.base + (selector & ~7u);
	return (selector | 7u) <= table.limit;
}

bool read_descriptor(struct cpu *cpu, uint16_t selector, struct vmcb_segment *segment,
		     struct fault *fault)
{
	uint64_t address, d;

	if (!descriptor_address(cpu, selector, &address))
		return refuse(fault, GP, selector);
	if (!guest_read(cpu, address, &d, sizeof(d), ACCESS_READ, fault))
		return false;
	segment->selector = selector;
	segment->attributes = (d >> 40 & 0xff) | (d >> 44 & 0xf00);
	segment->limit = (d & 0xffff) | (d >> 32 & 0xf0000);
	if (segment->attributes & SEG_G)
		segment->limit = segment->limit << 12 | 0xfff;
	segment->base = (d >> 16 & 0xffffff) | (d >> 32 & 0xff000000);
	if (segment->attributes & SEG_CODE && segment->attributes & SEG_L) {
		segment->base = 0; /* QEMU would add it, in 64-bit mode too */
		segment->limit = ~0u;
	}
	return true;
}

static unsigned dpl(const struct vmcb_segment *segment)
{
	return segment->attributes >> 5 & 3;
}

/* SDM vol. 2, IRET: return to an outer privilege level, here always 3 */
bool load_user_code(struct cpu *cpu, uint16_t selector, struct vmcb_segment *segment,
		    struct fault *fault)
{
	unsigned a;

	if (!(selector & ~3u))
		return refuse(fault, GP, 0);
	if (!read_descriptor(cpu, selector, segment, fault))
		return false;
	a = segment->attributes;
	if (!(a & SEG_S) || !(a & SEG_CODE) || (!(a & SEG_CONFORM) && dpl(segment) != 3) ||
	    (a & SEG_L && a & SEG_D))
		return refuse(fault, GP, selector);
	if (!(a & SEG_PRESENT))
		return refuse(fault, NP, selector);
	segment->attributes |= SEG_ACCESSED;
	return true;
}

bool load_user_stack(struct cpu *cpu, uint16_t selector, struct vmcb_segment *segment,
		     struct fault *fault)
{
	unsigned a;

	if (!(selector & ~3u))
		return refuse(fault, GP, 0);
	if (!read_descriptor(cpu, selector, segment, fault))
		return false;
	a = segment->attributes;
	if (!(a & SEG_S) || a & SEG_CODE || !(a & SEG_WRITABLE) || dpl(segment) != 3)
		return refuse(fault, GP, selector);
	if (!(a & SEG_PRESENT))
		return refuse(fault, SS, selector);
	segment->attributes |= SEG_ACCESSED;
	return true;
}

/* the A bit of a descriptor that was just read */
bool mark_accessed(struct cpu *cpu, uint16_t selector, struct fault *fault)
{
	uint64_t address, physical;
	uint8_t type;

	if (!descriptor_address(cpu, selector, &address))
		return refuse(fault, GP, selector);
	address += 5; /* its type byte */
	if (!guest_read(cpu, address, &type, 1, ACCESS_READ, fault))
		return false;
	if (type & SEG_ACCESSED)
		return true;
	if (!guest_translate(cpu, address, ACCESS_WRITE, &physical, fault))
		return false;
	__atomic_fetch_or((uint8_t *)physical_memory(physical), SEG_ACCESSED, __ATOMIC_SEQ_CST);
	return true;
}

/* LKGS (section 5): MOV to GS, but the base goes to IA32_KERNEL_GS_BASE */
static bool load_kernel_gs(struct cpu *cpu, uint16_t selector, struct fault *fault)
{
	struct vmcb_segment gs = {.selector = selector};
	struct vmcb *saved;
	uint64_t base;

	if (selector & ~3u) {
		unsigned a;

		if (!read_descriptor(cpu, selector, &gs, fault))
			return false;
		a = gs.attributes;
		/* data or readable code; conforming code alone has no DPL to obey */
		if (!(a & SEG_S) || (a & SEG_CODE && !(a & SEG_WRITABLE)) ||
		    (!(a & SEG_CODE && a & SEG_CONFORM) && (selector & 3u) > dpl(&gs)))
			return refuse(fault, GP, selector);
		if (!(a & SEG_PRESENT))
			return refuse(fault, NP, selector);
		if (!mark_accessed(cpu, selector, fault))
			return false;
		gs.attributes |= SEG_ACCESSED;
	}
	base = gs.base;
	vmsave(scratch_vmcb(&saved));
	gs.base = saved->gs.base;
	saved->gs = gs;
	saved->kernel_gs_base = base;
	vmload(scratch_vmcb(&saved));
	return true;
}

void lkgs(struct cpu *cpu, const struct instruction *in, unsigned modrm)
{
	bool by_register = in->bytes[modrm] >> 6 == 3;
	uint64_t address = 0;
	unsigned length = 1;
	struct fault fault;
	uint16_t selector;

	if (by_register) {
		selector = cpu->reg[(in->bytes[modrm] & 7) | (in->rex & 1) << 3];
	} else {
		bool stack;

		address = memory_operand(cpu, in, modrm, &length, &stack);
		if (!fetched(cpu, in, modrm + length))
			return;
		if (!guest_read(cpu, address, &selector, sizeof(selector), ACCESS_READ, &fault)) {
			raise_operand_fault(cpu, &fault, stack);
			return;
		}
	}
	if (!load_kernel_gs(cpu, selector, &fault)) {
		raise_fault(cpu, &fault);
		return;
	}
	if (!by_register)
		watch_read(cpu, address, sizeof(selector));
	retire(cpu, modrm + length);
}

/* IRET to ring 3 empties data segments that ring 3 may not have (SDM vol. 2, IRET) */
static void drop(struct vmcb_segment *segment)
{
	unsigned a = segment->attributes;

	if (dpl(segment) < 3 && a & SEG_PRESENT && !(a & SEG_CODE && a & SEG_CONFORM)) {
		segment->selector = 0;
		segment->attributes &= ~SEG_PRESENT;
	}
}

void drop_privileged_segments(struct cpu *cpu)
{
	struct vmcb *saved;
	uint64_t physical = scratch_vmcb(&saved);

	drop(&cpu->vmcb->ds);
	drop(&cpu->vmcb->es);
	vmsave(physical);
	drop(&saved->fs);
	drop(&saved->gs);
	vmload(physical);
}
