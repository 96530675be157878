/* SPDX-License-Identifier: MIT */
/*
 * An IST always begins at the same address (reference 6.2). So while the handler of an event on
 * one runs, its pointer lies lower: the same event inside it does not overwrite its frame. And
 * so do the pointers of stacks that it interrupted too early for their own handlers to have done
 * it, such as a #DB whose first instruction met an NMI.
 *
 * An IST stack during an entry, w = the pointer's value when the event came:
 *
 *	          as the CPU left it	after SHAPE_FRAME (stubs.inc)
 *	w - 0x08  SS			reserved
 *	w - 0x10  RSP			data
 *	w - 0x18  RFLAGS		SS
 *	w - 0x20  CS			RSP
 *	w - 0x28  RIP			RFLAGS
 *	w - 0x30  error code		CS
 *	w - 0x38  vector		RIP
 */
#include "kernel/cpu.h"
#include "kernel/percpu.h"
#include "trace/fredtrace.h"
#include "idt.h"

/* Ring 0 with ring 3's RSP, which may say anything: the first and last steps of SYSCALL. */
static bool is_ring3_rsp(uint64_t rip)
{
	return (rip >= (uint64_t)idt_syscall && rip < (uint64_t)idt_syscall_on_stack) ||
	       (rip >= (uint64_t)idt_syscall32 && rip < (uint64_t)idt_syscall32_on_stack) ||
	       (rip >= (uint64_t)idt_syscall_off_stack && rip < (uint64_t)idt_syscall_end);
}

struct idt_place idt_place_of(const struct cpu *cpu, const struct trap_frame *frame)
{
	bool inside = event_stack_of(cpu, frame->rsp) && !frame_from_user(frame) &&
		      !is_ring3_rsp(frame->rip);

	return (struct idt_place){frame->rip, inside ? frame->rsp : 0};
}

/* Where the frame of the entry that began at `begin` leads back to: ring 0, or nowhere. */
static struct idt_place frame_of_entry(uint64_t begin)
{
	const uint64_t *w = (const uint64_t *)begin;
	struct idt_place place = {0};

	if (w[-5] >= KERNEL_BASE) /* a RIP, so as pushed: RFLAGS is never so large */
		place = (struct idt_place){w[-5], w[-2]};
	else if (w[-6] == SEL_KERNEL_CODE && w[-7] >= KERNEL_BASE)
		/* The RSP moves last */
		place = (struct idt_place){w[-7], w[-4] == SEL_KERNEL_CODE ? w[-2] : w[-4]};
	if (is_ring3_rsp(place.rip))
		place.rsp = 0;
	return place;
}

bool idt_outwards(const struct cpu *cpu, struct idt_place *place)
{
	unsigned n = event_stack_of(cpu, place->rsp);

	if (n == FT_STACK_NMI_COPY) {
		*place = (struct idt_place){cpu->nmi_frame->rip, cpu->nmi_frame->rsp};
		return true;
	}
	/* Above the pointer: it was moved, and what lies further out before it */
	if (n == 0 || place->rsp > cpu->tss.ist[n - 1])
		return false;
	*place = frame_of_entry(cpu->tss.ist[n - 1]);
	return true;
}

static void lower(struct cpu *cpu, struct idt_shift *shift, unsigned n, uint64_t pointer)
{
	shift->stack[shift->count] = n;
	shift->before[shift->count++] = cpu->tss.ist[n - 1];
	cpu->tss.ist[n - 1] = pointer;
}

/*
 * Lower the outermost pointer first and our own last: whoever interrupts us meanwhile walks
 * outwards from us and stops at the first pointer already lowered.
 */
static void lower_interrupted(struct cpu *cpu, struct idt_place place, unsigned own,
			      struct idt_shift *shift)
{
	uint64_t rsp[IDT_SHIFTS];
	unsigned count = 0;

	do {
		rsp[count++] = place.rsp;
	} while (count < IDT_SHIFTS - 1 && idt_outwards(cpu, &place));
	while (count-- > 0) {
		unsigned n = event_stack_of(cpu, rsp[count]);

		shift->over_nmi |= n == FT_STACK_EVENT2;
		if (n && n <= FT_STACK_EVENT4 && n != own && rsp[count] <= cpu->tss.ist[n - 1])
			lower(cpu, shift, n, (rsp[count] - 1) & ~15ull);
	}
}

void idt_shift(struct cpu *cpu, const struct trap_frame *frame, struct idt_shift *shift)
{
	struct idt_place place = idt_place_of(cpu, frame);
	unsigned own = event_stack_of(cpu, (uint64_t)frame);

	shift->count = 0;
	shift->over_nmi = false;
	if (place.rsp)
		lower_interrupted(cpu, place, own, shift);
	if (own && own <= FT_STACK_EVENT4)
		lower(cpu, shift, own, cpu->tss.ist[own - 1] - IST_STEP);
}

void idt_unshift(struct cpu *cpu, const struct idt_shift *shift)
{
	for (unsigned i = shift->count; i-- > 0;)
		cpu->tss.ist[shift->stack[i] - 1] = shift->before[i];
}
