// SPDX-License-Identifier: MIT
/*
 * Interrupts and NMIs without intercepts, for QEMU's record and replay: QEMU logs an event that
 * was delivered, never one that was intercepted. So while CR4.FRED = 1 the guest has, unseen, an
 * IDT and a TSS of softcpu's. Each gate leads to a VMMCALL on a stack apart, and that exit becomes
 * the event. The guest has asked for this, and keeps the image mapped: see softcpu.h.
 */
#include "image.h"
#include "walk.h"

#define IST_INTERRUPT 1
#define IST_NMI	      2 /* it may come between a stub and its VMMCALL */
#define TSS_BUSY      0x8b

static struct tss {
	uint32_t reserved0;
	uint64_t rsp[3], reserved1, ist[7], reserved2;
	uint16_t reserved3, io_map;
} __attribute__((packed)) tss;

/* The top of each stack when its VMMCALL exits, from the lowest word */
struct interrupted {
	uint64_t vector; /* less 128, as a signed byte */
	uint64_t rip, cs, rflags, rsp, ss;
};

static struct stack {
	uint8_t room[256 - sizeof(struct interrupted)];
	struct interrupted frame;
} stacks[2] __attribute__((aligned(16)));

static struct gate native_idt[256] __attribute__((aligned(16)));

/* where the guest sees something of the image's */
static uint64_t guest_address(const struct cpu *cpu, const void *p)
{
	return cpu->native + ((uint64_t)p - IMAGE_BASE);
}

static struct vmcb_segment table(const struct cpu *cpu, const void *p, uint32_t size)
{
	return (struct vmcb_segment){.limit = size - 1, .base = guest_address(cpu, p)};
}

/* TR is in the machine, not in what VMRUN loads */
static void exchange_tr(struct cpu *cpu)
{
	struct vmcb *v = cpu->vmcb;
	struct vmcb_segment tr;

	vmsave(cpu->vmcb_phys);
	tr = v->tr;
	v->tr = cpu->hidden_tr;
	v->tr.selector = tr.selector; /* STR tells no difference */
	cpu->hidden_tr = tr;
	vmload(cpu->vmcb_phys);
}

void native_begin(struct cpu *cpu)
{
	struct vmcb *v = cpu->vmcb;

	for (int i = 0; i < 256; i++) {
		uint64_t to = guest_address(cpu, native_stubs + 16 * i);
		uint8_t ist = i == NMI ? IST_NMI : IST_INTERRUPT;

		native_idt[i] = (struct gate){to, v->cs.selector, ist, 0x8e, to >> 16, to >> 32, 0};
	}
	tss.ist[IST_INTERRUPT - 1] = guest_address(cpu, &stacks[0] + 1);
	tss.ist[IST_NMI - 1] = guest_address(cpu, &stacks[1] + 1);
	tss.io_map = sizeof(tss);
	cpu->hidden_tr = table(cpu, &tss, sizeof(tss));
	cpu->hidden_tr.attributes = TSS_BUSY;
	exchange_tr(cpu);
	cpu->guest_idtr = v->idtr;
	v->idtr = table(cpu, native_idt, sizeof(native_idt));
}

void native_end(struct cpu *cpu)
{
	exchange_tr(cpu);
	cpu->vmcb->idtr = cpu->guest_idtr;
}

bool native_in_stub(const struct cpu *cpu)
{
	return cpu->native && cpu->vmcb->rip >= guest_address(cpu, native_stubs) &&
	       cpu->vmcb->rip <= guest_address(cpu, native_vmmcall);
}

/* Back to where the guest was before the gate. Ring 0 is flat under FRED; ring 3's hidden parts
 * are found as ERETU finds them. */
static void restore(struct cpu *cpu, const struct interrupted *was)
{
	struct vmcb *v = cpu->vmcb;
	struct fault fault;

	v->cpl = was->cs & 3;
	if (v->cpl == 3) {
		if (!user_segments(cpu, was->cs, was->ss, &v->cs, &v->ss, &fault))
			surprise(cpu, "an interrupt from segments that are gone", was->cs);
	} else {
		v->cs = (struct vmcb_segment){was->cs, 0xa9b, ~0u, 0};
		v->ss = (struct vmcb_segment){was->ss, 0xc93, ~0u, 0};
	}
	v->rip = was->rip;
	v->rflags = was->rflags;
	v->int_state = 0;
	cpu->reg[RSP] = was->rsp;
}

/* -> false: a VMMCALL of the guest's own */
bool native_exit(struct cpu *cpu)
{
	bool is_nmi = cpu->reg[RSP] == guest_address(cpu, &stacks[1].frame);
	const struct interrupted *was = &stacks[is_nmi].frame;

	if (!cpu->native || cpu->vmcb->rip != guest_address(cpu, native_vmmcall))
		return false;
	restore(cpu, was);
	if (is_nmi) {
		end_nmi(); /* the machine's own blocking: softcpu keeps the guest's */
		machine_nmi(cpu);
	} else {
		deliver(cpu, &(struct event){.type = EVENT_INTERRUPT, .vector = was->vector + 128});
	}
	return true;
}
