/* SPDX-License-Identifier: MIT */
/*
 * A return to ring 0 that the CPU refused: a #GP at ERETS, the frame untouched where it was. It is
 * mended and tried again, so that a run goes on. And NMIs that nothing will unblock any more.
 */
#include "return.h"
#include "kernel/cpu.h"
#include "kernel/library.h"
#include "kernel/percpu.h"
#include "ledger.h"
#include "trace/fredtrace.h"

static const uint8_t erets[] = {0xf2, 0x0f, 0x01, 0xca};

bool harm_refused_return(struct trap_frame *frame)
{
	uint64_t *refused = (uint64_t *)frame->rsp; /* from its error code on */
	uint16_t ss;

	if (frame_vector(frame) != VECTOR_GP || frame_from_user(frame) ||
	    memcmp((const void *)frame->rip, erets, sizeof(erets)) != 0)
		return false;
	asm volatile("mov %%ss, %0" : "=r"(ss));
	harm_note(FT_HARM_RETURN, frame->rsp, refused[5]);
	harm_mend(&refused[5], (refused[5] & ~0xffffull) | ss);
	return true;
}

/* Ring 3 never runs with NMIs blocked. Only softcpu knows; the way back unblocks them again. */
void harm_check_blocked(struct trap_frame *frame)
{
	const struct cpu *cpu = this_cpu_without_gs();

	if (!cpu->nmi_observed || !frame_from_user(frame) || frame_type(frame) == EVENT_NMI ||
	    !(cpu->softcpu_status & FT_NMI_BLOCKED))
		return;
	harm_note(FT_HARM_BLOCKED, frame->where, 0);
	frame_set_ss(frame, frame->ss | FRAME_SS_NMI);
}
