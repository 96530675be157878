/* SPDX-License-Identifier: MIT */
/* The cause of a #PF and of a #DB: one register each, for all events of the kind. */
#include "kernel/cpu.h"
#include "idt.h"

/* DR6 to FRED's event data: some of its bits say "no" when set (reference 3). */
#define DR6_CONDITIONS (0xfull | 1ull << 11 | 1ull << 13 | 1ull << 14 | 1ull << 16)

/* CR2 and DR6 hold the cause until the next event of the kind: read them first (reference 6.1). */
void idt_fill_cause(struct trap_frame *frame)
{
	if (frame_type(frame) != EVENT_EXCEPTION)
		return;
	if (frame_vector(frame) == VECTOR_PF) {
		frame->data = read_cr2();
	} else if (frame_vector(frame) == VECTOR_DB) {
		frame->data = (read_dr6() ^ DR6_CLEAR) & DR6_CONDITIONS;
		write_dr6(DR6_CLEAR);
	}
}

/*
 * DR6 adds up: a #DB inside would find the conditions of the one that was interrupted among its
 * own. So it is cleared, and put back at the end.
 */
void idt_keep_cause(struct idt_cause *cause)
{
	*cause = (struct idt_cause){read_cr2(), read_dr6()};
	if (cause->dr6 != DR6_CLEAR)
		write_dr6(DR6_CLEAR);
}

/* Written only if changed: reading is cheaper. */
void idt_restore_cause(const struct idt_cause *cause)
{
	if (read_cr2() != cause->cr2)
		write_cr2(cause->cr2);
	if (read_dr6() != cause->dr6)
		write_dr6(cause->dr6);
}
