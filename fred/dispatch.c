/* SPDX-License-Identifier: MIT */
/* FRED's C entry: the frame says what happened, so one switch on the type is all. */
#include "kernel/event.h"
#include "kernel/nmi_source.h"
#include "fred.h"

static void exception(struct trap_frame *frame)
{
	fred_carry_nmi_bit(frame);
	handle_exception(frame);
}

/* A CPU that reports no sources, and a sender without a number: ask them, as under the IDT. */
static void nmi(struct trap_frame *frame)
{
	if (!frame->data || frame->data & NMI_UNNAMED) {
		uint64_t found = nmi_ask(true);

		if (found & ~frame->data)
			frame_set_data(frame, frame->data | found);
	}
	handle_nmi(frame);
}

static void other(struct trap_frame *frame)
{
	switch (frame_vector(frame)) {
	case 1: handle_syscall(frame); break;
	case 2: handle_no_such_call(frame, 0); break; /* SYSENTER */
	default: handle_unknown_type(frame);
	}
}

void fred_event(struct trap_frame *frame)
{
	event_enter(frame, 0);
	switch (frame_type(frame)) {
	case EVENT_OTHER: other(frame); break;
	case EVENT_INTERRUPT: handle_interrupt(frame); break;
	case EVENT_EXCEPTION: exception(frame); break;
	case EVENT_NMI: nmi(frame); break;
	case EVENT_INT_N: handle_int_n(frame); break;
	case EVENT_INT1:
	case EVENT_INT3: handle_soft_exception(frame); break;
	default: handle_unknown_type(frame);
	}
	event_leave(frame, 0);
}
