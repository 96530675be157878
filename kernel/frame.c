/* SPDX-License-Identifier: MIT */
/* Changes to a frame, and what its event is called. */
#include "frame.h"
#include "format.h"
#include "percpu.h"
#include "task.h"

void frame_edited(const struct trap_frame *frame, unsigned offset)
{
	struct nest *nest = &this_cpu_without_gs()->current->nest;
	unsigned slot = nest_slot(nest);

	nest->open[slot].edited |= 1ull << (offset - TF_ERROR) / 8;
	nest->open[slot].rip = frame->rip;
	nest->open[slot].rflags = frame->rflags;
}

#define FRAME_SETTER(word)                                              \
	void frame_set_##word(struct trap_frame *frame, uint64_t value) \
	{                                                               \
		frame->word = value;                                    \
		frame_edited(frame, offsetof(struct trap_frame, word)); \
	}
FRAME_SETTER(error)
FRAME_SETTER(rip)
FRAME_SETTER(rflags)
FRAME_SETTER(rsp)
FRAME_SETTER(ss)
FRAME_SETTER(data)
#undef FRAME_SETTER

const char *event_name(const struct trap_frame *frame)
{
	static const char *const exception[32] = {
		"#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "?",   "#TS",
		"#NP", "#SS", "#GP", "#PF", "?",   "#MF", "#AC", "#MC", "#XM", "#VE", "#CP",
	};
	static char text[16];
	unsigned type = frame_type(frame), vector = frame_vector(frame);

	switch (type) {
	case EVENT_NMI: return "NMI";
	case EVENT_INT1: return "INT1";
	case EVENT_INT3: return vector == VECTOR_BP ? "INT3" : "INTO";
	case EVENT_OTHER: return vector == 1 ? "SYSCALL" : "SYSENTER";
	case EVENT_EXCEPTION:
		if (vector < 32 && exception[vector])
			return exception[vector];
		break;
	}
	format_text(text, sizeof(text), "%s 0x%x", type == EVENT_INT_N ? "INT" : "interrupt",
		    vector);
	return text;
}
