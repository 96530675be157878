/* SPDX-License-Identifier: MIT */
/*
 * Was an event taken for another, since under the IDT the vector is all that is known (reference
 * 6.6)? Two witnesses: the APIC knows which of its interrupts are being handled, and NMIs are
 * blocked where an NMI was delivered, but not behind INT 2.
 */
#include "vector.h"
#include "kernel/apic.h"
#include "kernel/copy_user.h"
#include "kernel/cpu.h"
#include "kernel/percpu.h"
#include "ledger.h"
#include "trace/fredtrace.h"

#define INT_2 0x02cd /* the instruction's two bytes */

/* Vectors below belong to no interrupt. An NMI or SYSCALL has one there in the frame. */
static bool is_interrupt(const struct trap_frame *frame)
{
	return frame_type(frame) != EVENT_INTERRUPT && frame_vector(frame) >= APIC_FIRST_VECTOR &&
	       apic_in_service(frame_vector(frame));
}

/* One that was noted and is run later needs no proof: it was looked at when it came. */
static bool is_no_nmi(const struct cpu *cpu, const struct trap_frame *frame, unsigned work)
{
	uint16_t before;

	if (frame_type(frame) != EVENT_NMI || work & FT_WORK_NMI_REPEAT)
		return false;
	if (cpu->nmi_observed)
		return !(cpu->softcpu_status & FT_NMI_BLOCKED);
	/* behind RIP there may be no page: then it was no INT 2 either */
	return !copy_bytes_user(&before, (const void *)(frame->rip - sizeof(before)),
				sizeof(before)) &&
	       before == INT_2;
}

/* The handler of something else gives no EOI, and all interrupts below would wait for it. */
void harm_check_vector(const struct trap_frame *frame, unsigned work)
{
	if (is_interrupt(frame)) {
		harm_note(FT_HARM_VECTOR, frame->where, frame_vector(frame));
		apic_eoi();
	} else if (is_no_nmi(this_cpu_without_gs(), frame, work)) {
		harm_note(FT_HARM_VECTOR, frame->where, VECTOR_NMI);
	}
}
