/* SPDX-License-Identifier: MIT */
/* What a refused return leaves to software. */
#include "kernel/frame.h"
#include "kernel/options.h"
#include "fred.h"

/*
 * ERETU refused a frame whose return would have unblocked NMIs: they are still blocked.
 * Our own return carries the bit over (reference 7). The refused frame begins where RSP was.
 */
void fred_carry_nmi_bit(struct trap_frame *frame)
{
	if (frame->rip == (uint64_t)fred_eretu && options.without != WITHOUT_NMI_BIT) {
		const uint64_t *refused = (const uint64_t *)frame->rsp;

		frame_set_ss(frame, frame->ss | (refused[5] & FRAME_SS_NMI));
	}
}
